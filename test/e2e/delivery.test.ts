import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { startCollector, type Collector } from '../fixtures/collector.ts';
import { eventually } from '../fixtures/eventually.ts';
import { distinctPage, ebsDrive, startNode, type TestNode } from '../fixtures/node.ts';
import { decodeProto, metricsIn, type OtlpMetric, type OtlpPayload } from '../fixtures/otlp/decoder.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../fixtures/otlp-receiver.ts';

/** A backend that is away, and a collector that is killed with -9 meanwhile: what arrives in the end, by a ledger of its own. */

const operations = 'aws.ebs.volume.operations';
const deaths = 3;

const metricsOf = (payloads: readonly OtlpPayload[], name: string): readonly OtlpMetric[] =>
  metricsIn(payloads).filter((metric) => metric.name === name);

/** When the readings were made that a request carries. */
const readingsIn = (payloads: readonly OtlpPayload[]): readonly bigint[] => [
  ...new Set(
    metricsOf(payloads, operations).flatMap(({ points }) => points.map(({ timeNanos }) => timeNanos)),
  ),
];

/** The user that a collector becomes that was started as root. */
const collectorUser = 65532;

describe('a backend that is away while the collector is killed again and again', function () {
  this.timeout(120_000);
  let storage: string;
  let backend: OtlpReceiver;
  let collector: Collector | undefined;

  beforeEach(async () => {
    storage = mkdtempSync(join(tmpdir(), 'delivery-'));
    if (process.getuid?.() === 0) chownSync(storage, collectorUser, collectorUser);
    else chmodSync(storage, 0o700);
    backend = await startOtlpReceiver();
  });

  afterEach(async () => {
    await collector?.stop();
    collector = undefined;
    await backend.close();
    rmSync(storage, { recursive: true, force: true });
  });

  const folder = () => join(storage, 'otlphttp');
  const start = async (settings: readonly string[], more = ''): Promise<Collector> => {
    const retries = 'retry_on_failure: {initial_interval: 50ms, max_interval: 200ms}';
    const exporter = `{endpoint: "${backend.url}", interval: 100ms, sending_queue: {storage: "${storage}"}, ${retries}${more}}`;
    collector = await startCollector([
      ...settings,
      '--set',
      'receivers.nvme.min_interval=1ms',
      '--set',
      `exporters={prometheus: {endpoint: "127.0.0.1:0"}, otlphttp: ${exporter}}`,
      '--set',
      'service.pipelines.metrics.exporters=[prometheus, otlphttp]',
    ]);
    return collector;
  };

  const files = (): readonly string[] =>
    existsSync(folder())
      ? readdirSync(folder())
          .filter((name) => name.endsWith('.payload'))
          .toSorted()
      : [];

  /** The requests on disk, of a collector that is dead; without one that it was writing. */
  const kept = (): readonly (readonly OtlpPayload[])[] =>
    files().flatMap((name) => {
      const file = readFileSync(join(folder(), name));
      const headEnd = file.indexOf('\n', file.indexOf('\n') + 1);
      const lengthBytes = Number(file.subarray(0, file.indexOf('\n')).toString().split(' ').at(-1));
      const isWhole = headEnd !== -1 && file.length === file.indexOf('\n') + 1 + lengthBytes;
      return isWhole ? [decodeProto(gunzipSync(file.subarray(headEnd + 1)))] : [];
    });

  const kill = async (victim: Collector): Promise<void> => {
    const ended = once(victim.process, 'exit');
    victim.signal('SIGKILL');
    await ended;
  };

  const refusedBy = (number: number) =>
    eventually(
      'refusals',
      () => backend.pushes.length,
      (count) => count >= number,
    );

  it('has every reading that was queued, exactly once and in order', async () => {
    backend.answer({ status: 503 });
    const due = new Set<bigint>();
    for (let death = 1; death <= deaths; death++) {
      const refusals = backend.pushes.length;
      const victim = await start(['--simulate', '2']);
      const before = files().length;
      await eventually('what waits', files, ({ length }) => length >= before + 5);
      await refusedBy(refusals + 1);
      await kill(victim);
      const waiting = kept();
      // Nothing that waited through another death is gone.
      const readings = waiting.flatMap(readingsIn);
      expect([...due].filter((reading) => !readings.includes(reading))).to.deep.equal([]);
      for (const reading of readings) due.add(reading);
      expect(waiting.length).to.be.at.least(before + 4);
    }
    const last = await start(['--simulate', '2']);
    const refused = backend.pushes.length;
    backend.answer({ accept: true });
    const arrived = (): readonly bigint[] =>
      backend.pushes.slice(refused).flatMap(({ payloads }) => readingsIn(payloads));
    await eventually(
      'what arrived',
      () => arrived().length,
      (count) => count >= due.size + 5,
    );
    expect(await last.stop()).to.equal(0);
    const readings = arrived();
    expect(readings).to.deep.equal([...new Set(readings)].toSorted((a, b) => (a < b ? -1 : 1)));
    expect(readings.slice(0, due.size)).to.deep.equal([...due].toSorted((a, b) => (a < b ? -1 : 1)));
    expect(files()).to.deep.equal([]);
    expect(last.logs.filter(({ msg }) => msg.includes('dropped'))).to.deep.equal([]);
  });

  describe('and gets differences', () => {
    let node: TestNode;
    before(async () => (node = await startNode()));
    after(() => node?.stop());

    it('has what the totals rose by', async () => {
      const page = distinctPage(1);
      await node.attach(ebsDrive(1, page));
      const sumOf = (direction: string): bigint =>
        backend.pushes
          .slice(refused)
          .flatMap(({ payloads }) => metricsOf(payloads, operations))
          .flatMap(({ temporality, points }) => {
            expect(temporality).to.equal('delta');
            return points;
          })
          .filter(({ attributes }) => attributes['disk.io.direction'] === direction)
          .reduce((sum, { value }) => sum + BigInt(value as number | bigint), 0n);
      let refused = 0;
      backend.answer({ status: 503 });
      const { readOperations, writeOperations } = page;
      let gained = 0;
      for (let death = 1; death <= deaths; death++) {
        const refusals = backend.pushes.length;
        const victim = await start([...node.settings], ', temporality: delta');
        // The first reading of all is what the rest is counted from.
        const before = files().length;
        await eventually('what waits', files, ({ length }) => length > before + 1);
        for (let step = 0; step < 3; step++) {
          gained += 1000 * death + step;
          await node.serve(1, {
            ...page,
            readOperations: readOperations + gained,
            writeOperations: writeOperations + 2 * gained,
          });
          const now = files().length;
          await eventually('what waits', files, ({ length }) => length > now);
        }
        await refusedBy(refusals + 1);
        await kill(victim);
        // What is counted while no collector runs.
        gained += 7;
        await node.serve(1, {
          ...page,
          readOperations: readOperations + gained,
          writeOperations: writeOperations + 2 * gained,
        });
      }
      refused = backend.pushes.length;
      const last = await start([...node.settings], ', temporality: delta');
      refused = backend.pushes.length;
      backend.answer({ accept: true });
      await eventually(
        'the sum',
        () => Number(sumOf('read')),
        (sum) => sum >= gained,
      );
      expect(await last.stop()).to.equal(0);
      expect([sumOf('read'), sumOf('write')]).to.deep.equal([BigInt(gained), BigInt(2 * gained)]);
      expect(files()).to.deep.equal([]);
    });
  });
});
