import type { OtlpHistogram, OtlpMetric, OtlpPayload, OtlpPoint } from '../fixtures/otlp/decoder.ts';
import type { ParsedFamily, ParsedSample } from '../fixtures/page-parser.ts';
import { parsePage } from '../fixtures/page-parser.ts';
import type { Reading, Told } from './account.ts';
import type { Said } from './volume-page.ts';

/** Makes of pages and pushes what the ledger compares. */

const numberIn = (id: unknown): number => Number(String(id).replace(/^vol-0*/, ''));

type Partly = { up?: boolean; gauge?: number } & { -readonly [Field in keyof Said]?: Said[Field] };

/** A volume whose numbers are not said is said to have counted nothing: differences leave out what did not rise. */
function told({
  up,
  gauge,
  reads = 0,
  writes = 0,
  readBytes = 0,
  writeBytes = 0,
  timedReads = 0,
}: Partly): Told {
  if (up !== true) return { up: false };
  return { up: true, gauge: gauge ?? NaN, said: { reads, writes, readBytes, writeBytes, timedReads } };
}

function gather(): { of(volume: number): Partly; told(): ReadonlyMap<number, Told> } {
  const volumes = new Map<number, Partly>();
  return {
    of(volume) {
      let partly = volumes.get(volume);
      if (partly === undefined) volumes.set(volume, (partly = {}));
      return partly;
    },
    told: () => new Map([...volumes].map(([volume, partly]) => [volume, told(partly)])),
  };
}

const numberOf = ({ value }: OtlpPoint): number => Number(value);

/** Undefined where a request says nothing of volumes. @throws where its points are of different readings */
export function readingOf(payloads: readonly OtlpPayload[]): Reading | undefined {
  const volumes = gather();
  const times = new Set<bigint>();
  const fields: Readonly<Record<string, (partly: Partly, point: OtlpPoint, isRead: boolean) => void>> = {
    'aws.ebs.volume.up': (partly, point) => (partly.up = numberOf(point) === 1),
    'aws.ebs.volume.queue_length': (partly, point) => (partly.gauge = numberOf(point)),
    'aws.ebs.volume.operations': (partly, point, isRead) =>
      (partly[isRead ? 'reads' : 'writes'] = numberOf(point)),
    'aws.ebs.volume.io': (partly, point, isRead) =>
      (partly[isRead ? 'readBytes' : 'writeBytes'] = numberOf(point)),
    'aws.ebs.volume.operation.duration': (partly, { value }, isRead) => {
      if (isRead) partly.timedReads = Number((value as OtlpHistogram).count);
    },
  };
  const take = ({ name, points }: OtlpMetric): void => {
    const field = fields[name];
    if (field === undefined) return;
    for (const point of points) {
      // What a volume counted may be offered once more, with the time that it was read at.
      if (name === 'aws.ebs.volume.up') times.add(point.timeNanos);
      const { attributes } = point;
      field(
        volumes.of(numberIn(attributes['aws.ebs.volume.id'])),
        point,
        attributes['disk.io.direction'] === 'read',
      );
    }
  };
  for (const { scopes } of payloads) for (const { metrics } of scopes) metrics.forEach(take);
  const [first, ...others] = times;
  if (others.length > 0) throw new Error(`one request has points of ${times.size} readings`);
  return first === undefined ? undefined : { atMs: Number(first / 1_000_000n), volumes: volumes.told() };
}

/** Of a page in the naming `ebs`. @throws where it does not keep to the format */
export function volumesOnPage(body: string): ReadonlyMap<number, Told> {
  const volumes = gather();
  const families = parsePage(body, 'text');
  const each = (name: string, set: (partly: Partly, sample: ParsedSample) => void): void => {
    const samples: readonly ParsedSample[] =
      (families.get(name) satisfies ParsedFamily | undefined)?.samples ?? [];
    for (const sample of samples) set(volumes.of(numberIn(sample.labels.get('volume_id'))), sample);
  };
  each('ebs_volume_up', (partly, { value }) => (partly.up = value === 1));
  each('ebs_volume_queue_length', (partly, { value }) => (partly.gauge = value));
  each('ebs_total_read_ops_total', (partly, { value }) => (partly.reads = value));
  each('ebs_total_write_ops_total', (partly, { value }) => (partly.writes = value));
  each('ebs_total_read_bytes_total', (partly, { value }) => (partly.readBytes = value));
  each('ebs_total_write_bytes_total', (partly, { value }) => (partly.writeBytes = value));
  each('ebs_read_io_latency_seconds', (partly, { name, value }) => {
    if (name.endsWith('_count')) partly.timedReads = value;
  });
  return volumes.told();
}
