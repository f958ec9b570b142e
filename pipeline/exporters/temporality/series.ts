import type { Attributes } from '@opentelemetry/api';
import type { DataPoint } from '@opentelemetry/sdk-metrics';
import { attribute } from '../../../receiver/nvme/attributes.ts';
import type { Position } from './step.ts';

/** A series of one metric, and how far it was taken over. */
export interface Series<Value> {
  /** The name of its metric in the store. */
  readonly metric: string;
  /** The same for the same attributes, in every process. */
  readonly key: string;
  readonly isOfVolume: boolean;
  position: Position<Value> | undefined;
  /** Its point in the delta that was computed last, as long as that is not taken over. */
  offer: DataPoint<Value> | undefined;
  /** The number of the collection that it was offered for. */
  offeredIn: number;
  /** The number of the collection that it was in last. */
  seenIn: number;
}

/** The series of one metric. */
export interface MetricSeries<Value> {
  readonly metric: string;
  readonly byKey: Map<string, Series<Value>>;
  /** By identity: volumes keep their attribute objects, and no attribute of theirs is looked at twice. */
  readonly byAttributes: WeakMap<Attributes, Series<Value>>;
}

export const createMetricSeries = <Value>(metric: string): MetricSeries<Value> => ({
  metric,
  byKey: new Map(),
  byAttributes: new WeakMap(),
});

export function addSeries<Value>(
  { metric, byKey }: MetricSeries<Value>,
  key: string,
  position?: Position<Value>,
): Series<Value> {
  const series: Series<Value> = {
    metric,
    key,
    isOfVolume: isKeyOfVolume(key),
    position,
    offer: undefined,
    offeredIn: 0,
    seenIn: 0,
  };
  byKey.set(key, series);
  return series;
}

export function dropSeries<Value>({ byKey }: MetricSeries<Value>, series: Series<Value>): void {
  byKey.delete(series.key);
  // Whoever finds it by its attributes sees that it is gone.
  series.seenIn = gone;
}

const gone = -1;

export function findSeries<Value>(metric: MetricSeries<Value>, attributes: Attributes): Series<Value> {
  const known = metric.byAttributes.get(attributes);
  if (known !== undefined && known.seenIn !== gone) return known;
  const key = seriesKey(attributes);
  const series = metric.byKey.get(key) ?? addSeries(metric, key);
  metric.byAttributes.set(attributes, series);
  return series;
}

const volumeNames = [attribute.volumeId, attribute.instanceStoreSerial, attribute.deviceName];

const isKeyOfVolume = (key: string): boolean => volumeNames.some((name) => key.includes(`["${name}",`));

/**
 * Attributes as text, in an order of their own. Who owns a volume is not what its series are told apart by: a pod that
 * mounts it later, or another one, goes on where the counters of the volume are.
 */
export function seriesKey(attributes: Attributes): string {
  const isOfVolume = volumeNames.some((name) => attributes[name] !== undefined);
  const identifying = Object.entries(attributes).filter(([name]) => !isOfVolume || !name.startsWith('k8s.'));
  return JSON.stringify(identifying.sort(([a], [b]) => (a < b ? -1 : 1)));
}
