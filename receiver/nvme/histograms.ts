import { ValueType, type Attributes, type Observable } from '@opentelemetry/api';
import type { HistogramObservation, ObservationMeter } from '../observation-meter.ts';
import { firstLatency, type Attachment, type AttachmentState, type CumulativeLatency } from './attachment.ts';
import { attribute } from './attributes.ts';
import {
  metricName,
  metricPrefix,
  operationDuration,
  sizedOperationDuration,
  type HistogramMetric,
} from './metrics.ts';
import type { PointAttributesRegister } from './point-attributes.ts';
import type { VolumeReading } from './reading.ts';
import type { VolumeKind } from './statistics.ts';

export interface HistogramOptions {
  /** `operation.duration`. */
  readonly latency: boolean;
  /** `sized_operation.duration`, where the drive has it. */
  readonly ioSizes: boolean;
}

/** The page's histograms, as they are observed. */
export interface VolumeHistograms {
  /** Is what is observed from now on. */
  report(readings: readonly VolumeReading[]): void;
}

const read: Attributes = { [attribute.direction]: 'read' };
const write: Attributes = { [attribute.direction]: 'write' };

/** Attributes of the points of a size band, made once for each band that any drive has. */
function createBandAttributes(): (direction: string, upperSizeBytes: number) => Attributes {
  const cache = new Map<string, Attributes>();
  return (direction, upperSizeBytes) => {
    const upper = upperSizeBytes === Infinity ? '+Inf' : String(upperSizeBytes);
    const key = `${direction} ${upper}`;
    let attributes = cache.get(key);
    if (attributes === undefined) {
      cache.set(key, (attributes = { [attribute.direction]: direction, [attribute.sizeBand]: upper }));
    }
    return attributes;
  };
}

type Histograms = Readonly<Partial<Record<VolumeKind, Observable>>>;

function createHistograms(meter: ObservationMeter, metric: HistogramMetric, wanted: boolean): Histograms {
  const { kinds, unit, description } = metric;
  const options = { unit, description, valueType: ValueType.DOUBLE };
  const ofKinds = (Object.keys(metricPrefix) as VolumeKind[]).filter(
    (kind) => wanted && kinds.includes(kind),
  );
  return Object.fromEntries(
    ofKinds.map((kind) => [kind, meter.createObservableHistogram(metricName(kind, metric), options)]),
  );
}

/**
 * Observes the page's histograms. Bins are unwrapped by the attachment's state; of the I/O-size bands, which have no
 * counters beside them, they are reported as the drive counts.
 */
export function createVolumeHistograms(
  meter: ObservationMeter,
  options: HistogramOptions,
  pointAttributes: PointAttributesRegister,
): VolumeHistograms {
  const durations = createHistograms(meter, operationDuration, options.latency);
  const sizedDurations = createHistograms(meter, sizedOperationDuration, options.ioSizes);
  const bandAttributes = createBandAttributes();
  const known = new WeakMap<Attachment, { readonly read: Attributes; readonly write: Attributes }>();
  let current: readonly VolumeReading[] = [];

  const attributesOf = (attachment: Attachment) => {
    let attributes = known.get(attachment);
    if (attributes === undefined) {
      attributes = {
        read: pointAttributes.of(attachment, read),
        write: pointAttributes.of(attachment, write),
      };
      known.set(attachment, attributes);
    }
    return attributes;
  };

  const observe = (
    result: HistogramObservation,
    histogram: Observable,
    latency: CumulativeLatency,
    sumSeconds: number | undefined,
    attributes: Attributes,
  ): void => {
    if (latency.bins > 0) result.observeHistogram(histogram, latency, sumSeconds, attributes);
  };

  const observeDurations = (
    result: HistogramObservation,
    histogram: Observable,
    attachment: Attachment,
    { statistics, readLatency, writeLatency }: AttachmentState,
  ): void => {
    const attributes = attributesOf(attachment);
    observe(result, histogram, readLatency, statistics.readTimeMicros / 1e6, attributes.read);
    observe(result, histogram, writeLatency, statistics.writeTimeMicros / 1e6, attributes.write);
  };

  const observeBands = (
    result: HistogramObservation,
    histogram: Observable,
    attachment: Attachment,
    { statistics }: AttachmentState,
  ): void => {
    for (const { upperSizeBytes, readLatency, writeLatency } of statistics.ioSizeBands) {
      for (const [direction, latency] of [
        ['read', readLatency],
        ['write', writeLatency],
      ] as const) {
        const attributes = pointAttributes.of(attachment, bandAttributes(direction, upperSizeBytes));
        observe(result, histogram, firstLatency(latency), undefined, attributes);
      }
    }
  };

  meter.addHistogramCallback((result) => {
    current.forEach((reading) => {
      if (!reading.ok) return;
      const { attachment, state } = reading;
      const { kind } = attachment.volume;
      const duration = durations[kind];
      const sizedDuration = sizedDurations[kind];
      if (duration !== undefined) observeDurations(result, duration, attachment, state);
      if (sizedDuration !== undefined) observeBands(result, sizedDuration, attachment, state);
    });
  });

  return { report: (readings) => void (current = readings) };
}
