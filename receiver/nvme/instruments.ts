import { type Attributes, type BatchObservableResult, type Observable, ValueType } from '@opentelemetry/api';
import type { ObservableMeter } from '../observation-meter.ts';
import type { Attachment } from './attachment.ts';
import { attribute } from './attributes.ts';
import {
  metricName,
  type PointSource,
  type ScalarMetric,
  scalarMetrics,
  up,
  type UpMetric,
} from './metrics.ts';
import type { PointAttributesRegister } from './point-attributes.ts';
import type { VolumeReading } from './reading.ts';
import type { ReadErrorType } from './source.ts';
import type { VolumeKind } from './statistics.ts';

/** Observable instruments for every scalar metric of the table, observed together by one batch callback. */
export interface VolumeInstruments {
  /** Is what is observed from now on. */
  report(readings: readonly VolumeReading[]): void;
}

/** What volumes of one kind are observed with. */
interface KindInstruments {
  readonly scalars: readonly { readonly metric: ScalarMetric; readonly observable: Observable }[];
  readonly up: Observable;
}

interface ScalarSeries {
  readonly observable: Observable;
  readonly attributes: Attributes;
  readonly valueOf: (source: PointSource) => number | undefined;
}

/** Everything that one attachment is observed with. */
interface AttachmentSeries {
  readonly scalars: readonly ScalarSeries[];
  readonly up: Observable;
  readonly upAttributes: Attributes;
}

const noAttributes: Attributes = {};

/** Attributes of `up` where a volume cannot be read, made once for each reason. */
function createFailureAttributes(): (type: ReadErrorType) => Attributes {
  const known = new Map<ReadErrorType, Attributes>();
  return (type) => {
    let attributes = known.get(type);
    if (attributes === undefined) known.set(type, (attributes = { [attribute.errorType]: type }));
    return attributes;
  };
}

function createKindInstruments(meter: ObservableMeter, kind: VolumeKind): KindInstruments {
  const create = (metric: ScalarMetric | UpMetric): Observable => {
    // A u64 does not fit OTLP's signed integers: every value is a double.
    const options = { unit: metric.unit, description: metric.description, valueType: ValueType.DOUBLE };
    const name = metricName(kind, metric);
    return metric.type === 'counter'
      ? meter.createObservableCounter(name, options)
      : meter.createObservableGauge(name, options);
  };
  return {
    scalars: scalarMetrics
      .filter((metric) => metric.kinds.includes(kind))
      .map((metric) => ({ metric, observable: create(metric) })),
    up: create(up),
  };
}

export function createVolumeInstruments(
  meter: ObservableMeter,
  pointAttributes: PointAttributesRegister,
): VolumeInstruments {
  const kinds: Readonly<Record<VolumeKind, KindInstruments>> = {
    ebs: createKindInstruments(meter, 'ebs'),
    instance_store: createKindInstruments(meter, 'instance_store'),
  };
  const failureAttributes = createFailureAttributes();
  const known = new WeakMap<Attachment, AttachmentSeries>();
  let current: readonly VolumeReading[] = [];

  const createSeries = (attachment: Attachment): AttachmentSeries => {
    const { kind } = attachment.volume;
    return {
      scalars: kinds[kind].scalars.flatMap(({ metric, observable }) =>
        metric.points
          .filter((point) => point.kinds?.includes(kind) ?? true)
          .map(({ attributes, value }) => ({
            observable,
            attributes: pointAttributes.of(attachment, attributes),
            valueOf: value,
          })),
      ),
      up: kinds[kind].up,
      upAttributes: pointAttributes.of(attachment, noAttributes),
    };
  };

  const seriesOf = (attachment: Attachment): AttachmentSeries => {
    let series = known.get(attachment);
    if (series === undefined) known.set(attachment, (series = createSeries(attachment)));
    return series;
  };

  const observeVolume = (result: BatchObservableResult, reading: VolumeReading): void => {
    const series = seriesOf(reading.attachment);
    if (!reading.ok) {
      const attributes = pointAttributes.of(reading.attachment, failureAttributes(reading.error.type));
      return result.observe(series.up, 0, attributes);
    }
    series.scalars.forEach(({ observable, attributes, valueOf }) => {
      const value = valueOf(reading.state);
      if (value !== undefined) result.observe(observable, value, attributes);
    });
    result.observe(series.up, 1, series.upAttributes);
  };
  const observe = (result: BatchObservableResult): void => {
    current.forEach((reading) => observeVolume(result, reading));
  };
  meter.addBatchObservableCallback(
    observe,
    Object.values(kinds).flatMap((kind) => [...kind.scalars.map(({ observable }) => observable), kind.up]),
  );

  return { report: (readings) => void (current = readings) };
}
