import type { Collector } from '../fixtures/collector.ts';
import type { ReceivedPush } from '../fixtures/otlp-receiver.ts';
import { metricsIn } from '../fixtures/otlp/decoder.ts';
import { parsePage, type Dialect } from '../fixtures/page-parser.ts';
import type { Labels } from './owned-volumes.ts';

/** What a page and a push say of volumes, and whose they are. */

export interface Series {
  readonly name: string;
  readonly volumeId: string;
  readonly value: number;
  readonly labels: Labels;
}

const accept: Readonly<Record<Dialect, string>> = {
  text: 'text/plain;version=0.0.4',
  openmetrics: 'application/openmetrics-text;version=1.0.0',
};

/** The series of volumes on a page. */
export async function seriesOf(collector: Collector, dialect: Dialect = 'text'): Promise<readonly Series[]> {
  const { body } = await collector.scrape({ accept: accept[dialect] });
  return [...parsePage(body, dialect).values()]
    .flatMap(({ samples }) => samples)
    .filter(({ labels }) => labels.has('volume_id') || labels.has('persistentvolume'))
    .map(({ name, labels, value }) => ({
      name,
      value,
      volumeId: labels.get('volume_id') ?? '',
      labels: Object.fromEntries(labels),
    }));
}

const ofOwner = new Set([
  'namespace',
  'persistentvolumeclaim',
  'persistentvolumeclaim_uid',
  'persistentvolume',
  'pod',
  'storageclass',
]);
/** What one volume has several series by, and what is another word for what the other labels say. */
const ofSeries = /^(?:le|volume_(?:name|type|instance))$/;

function only(labels: Labels, keep: (name: string) => boolean): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => keep(name)));
}

/** By volume every owner that one of its series names: one each, where all is well. */
export function ownersOf(series: readonly Series[]): ReadonlyMap<string, readonly Labels[]> {
  return distinctOf(series, (name) => ofOwner.has(name));
}

/** By volume every set of labels that its series could be joined on. */
export function joinKeysOf(series: readonly Series[]): ReadonlyMap<string, readonly Labels[]> {
  return distinctOf(series, (name) => !ofSeries.test(name));
}

function distinctOf(series: readonly Series[], keep: (name: string) => boolean) {
  const found = new Map<string, Map<string, Labels>>();
  for (const { volumeId, labels } of series) {
    const kept = only(labels, keep);
    const of = found.get(volumeId) ?? new Map<string, Labels>();
    found.set(volumeId, of.set(JSON.stringify(kept), kept));
  }
  return new Map([...found].map(([volumeId, of]) => [volumeId, [...of.values()]]));
}

/** By volume the value of a name, of which each has one series at most. */
export function valuesOf(series: readonly Series[], name: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    series.filter((each) => each.name === name).map(({ volumeId, value }) => [volumeId, value]),
  );
}

const pageLabels: Readonly<Record<string, string>> = {
  'k8s.namespace.name': 'namespace',
  'k8s.persistentvolumeclaim.name': 'persistentvolumeclaim',
  'k8s.persistentvolume.name': 'persistentvolume',
  'k8s.pod.name': 'pod',
  'k8s.storageclass.name': 'storageclass',
};

/** A push as a page would have it: its attributes that say whose a volume is, by the labels' names. */
export function pushedSeries({ payloads }: ReceivedPush): readonly Series[] {
  return metricsIn(payloads).flatMap(({ name, points }) =>
    points.flatMap(({ attributes, value }) => {
      const volumeId = attributes['aws.ebs.volume.id'];
      const owner = Object.entries(attributes).filter(([attribute]) => attribute.startsWith('k8s.'));
      if (volumeId === undefined && owner.length === 0) return [];
      const labels = owner.map(([attribute, text]) => [pageLabels[attribute] ?? attribute, String(text)]);
      const number = typeof value === 'object' ? Number(value.count) : Number(value);
      return [
        { name, volumeId: String(volumeId), value: number, labels: Object.fromEntries(labels) as Labels },
      ];
    }),
  );
}
