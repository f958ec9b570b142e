import {
  ValueType,
  type Attributes,
  type BatchObservableResult,
  type HrTime,
  type Observable,
} from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  type DataPoint,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import { lastValue, PullReader } from '../pull-reader.ts';
import type { Attachment } from './attachment.ts';
import { attribute } from './attributes.ts';
import { metricName, metricPrefix, scalarMetrics, up, type ScalarMetric, type UpMetric } from './metrics.ts';
import type { PointAttributesOf } from './point-attributes.ts';
import type { VolumeReading } from './reading.ts';
import type { ReadErrorType } from './source.ts';
import type { VolumeKind } from './statistics.ts';

type SuccessfulReading = VolumeReading & { readonly ok: true };

/** A series of one attachment on one instrument. */
interface Series {
  readonly attachment: Attachment;
  /** As it is exported. */
  readonly attributes: Attributes;
  /**
   * As it is observed: a number that stands for all attributes. The SDK writes a series' attributes out as a string
   * several times at each collection; with real ones that was half the cost of a scrape.
   */
  readonly key: Attributes;
}

interface ScalarSeries extends Series {
  readonly instrument: Observable;
  readonly value: (reading: SuccessfulReading) => number | undefined;
}

/** Everything that one attachment is observed with. */
interface AttachmentSeries {
  readonly scalars: readonly ScalarSeries[];
  readonly up: Series;
  readonly failed: Map<ReadErrorType, Series>;
}

const keyName = 'series';
const noAttributes: Attributes = {};
const kinds = Object.keys(metricPrefix) as VolumeKind[];

/** Observable instruments for every scalar metric of the table, observed together by one batch callback. */
export interface InstrumentSet {
  /** Observes these readings and collects all metrics, the producer's too. */
  collect(readings: readonly VolumeReading[], endTime: HrTime): Promise<MetricData[]>;
}

const counterNames = new Set(
  kinds.flatMap((kind) =>
    scalarMetrics.filter(({ type }) => type === 'counter').map((metric) => metricName(kind, metric)),
  ),
);

/** Numbers series and finds them again by their number. */
function createSeriesRegister(pointAttributes: PointAttributesOf) {
  const register: Series[] = [];
  return {
    add(attachment: Attachment, own: Attributes): Series {
      const attributes = pointAttributes(attachment, own);
      const series = { attachment, attributes, key: { [keyName]: register.length } };
      register.push(series);
      return series;
    },
    find: (key: Attributes): Series | undefined => register[key[keyName] as number],
  };
}

/**
 * Makes the instruments on a MeterProvider of their own, to be thrown away together.
 * @param producer is asked for its metrics at each collection
 */
export function createInstruments(
  scope: { readonly name: string; readonly version: string },
  producer: MetricProducer,
  pointAttributes: PointAttributesOf,
): InstrumentSet {
  // The drive keeps the sums. The SDK's own sum would turn them into differences and add those up again, which in
  // floating point is no longer what the drive said.
  const reader = new PullReader({ metricProducers: [producer], aggregationSelector: lastValue });
  const meter = new MeterProvider({ readers: [reader] }).getMeter(scope.name, scope.version);
  const create = (kind: VolumeKind, metric: ScalarMetric | UpMetric): Observable => {
    // A u64 does not fit OTLP's signed integers: every value is a double.
    const options = { unit: metric.unit, description: metric.description, valueType: ValueType.DOUBLE };
    const name = metricName(kind, metric);
    return metric.type === 'counter'
      ? meter.createObservableCounter(name, options)
      : meter.createObservableGauge(name, options);
  };
  const scalars = kinds.flatMap((kind) =>
    scalarMetrics
      .filter((metric) => metric.kinds.includes(kind))
      .map((metric) => ({ kind, metric, instrument: create(kind, metric) })),
  );
  const upOf: Readonly<Record<VolumeKind, Observable>> = {
    ebs: create('ebs', up),
    instance_store: create('instance_store', up),
  };

  const register = createSeriesRegister(pointAttributes);
  const known = new WeakMap<Attachment, AttachmentSeries>();

  const scalarSeries = (attachment: Attachment): ScalarSeries[] => {
    const { kind } = attachment.volume;
    return scalars
      .filter((scalar) => scalar.kind === kind)
      .flatMap(({ metric, instrument }) =>
        metric.points
          .filter((point) => point.kinds?.includes(kind) ?? true)
          .map(({ attributes, value }) => ({
            ...register.add(attachment, attributes),
            instrument,
            value: ({ state }: SuccessfulReading) => value(state),
          })),
      );
  };

  const seriesOf = (attachment: Attachment): AttachmentSeries => {
    let series = known.get(attachment);
    if (series === undefined) {
      const upSeries = register.add(attachment, noAttributes);
      series = { scalars: scalarSeries(attachment), up: upSeries, failed: new Map() };
      known.set(attachment, series);
    }
    return series;
  };

  const failedSeries = (attachment: Attachment, errorType: ReadErrorType): Series => {
    const { failed } = seriesOf(attachment);
    let series = failed.get(errorType);
    if (series === undefined) {
      series = register.add(attachment, { [attribute.errorType]: errorType });
      failed.set(errorType, series);
    }
    return series;
  };

  let readings: readonly VolumeReading[] = [];
  const observe = (result: BatchObservableResult) => {
    for (const reading of readings) {
      const { attachment } = reading;
      const upInstrument = upOf[attachment.volume.kind];
      if (!reading.ok) {
        result.observe(upInstrument, 0, failedSeries(attachment, reading.error.type).key);
        continue;
      }
      const series = seriesOf(attachment);
      result.observe(upInstrument, 1, series.up.key);
      for (const { instrument, key, value } of series.scalars) {
        const observed = value(reading);
        if (observed !== undefined) result.observe(instrument, observed, key);
      }
    }
  };
  meter.addBatchObservableCallback(observe, [
    ...scalars.map(({ instrument }) => instrument),
    upOf.ebs,
    upOf.instance_store,
  ]);

  /** A collected metric under its real attributes, with the start of each attachment and the time of the reading. */
  const complete = (metric: MetricData, endTime: HrTime): MetricData => {
    if (metric.dataPointType === DataPointType.HISTOGRAM) return metric;
    const dataPoints: DataPoint<number>[] = [];
    for (const { attributes: key, value } of metric.dataPoints as readonly DataPoint<number>[]) {
      const series = register.find(key);
      if (series === undefined) continue;
      const { attributes, attachment } = series;
      dataPoints.push({ attributes, startTime: attachment.startTime, endTime, value });
    }
    const { descriptor } = metric;
    const aggregationTemporality = AggregationTemporality.CUMULATIVE;
    return counterNames.has(descriptor.name)
      ? {
          descriptor,
          aggregationTemporality,
          dataPointType: DataPointType.SUM,
          isMonotonic: true,
          dataPoints,
        }
      : { descriptor, aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints };
  };

  return {
    async collect(current, endTime) {
      readings = current;
      const { resourceMetrics, errors } = await reader.collect();
      if (errors.length > 0) {
        throw new Error('the SDK could not collect the volume metrics', { cause: errors[0] });
      }
      const metrics = resourceMetrics.scopeMetrics.flatMap((scopeMetrics) => scopeMetrics.metrics);
      return metrics.map((metric) => complete(metric, endTime));
    },
  };
}
