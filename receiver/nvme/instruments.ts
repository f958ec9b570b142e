import { ValueType, type Attributes, type BatchObservableResult, type Observable } from '@opentelemetry/api';
import {
  AggregationType,
  MeterProvider,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import { PullReader } from '../pull-reader.ts';
import type { Attachment } from './attachment.ts';
import { attribute } from './attributes.ts';
import { metricName, metricPrefix, scalarMetrics, up, type ScalarMetric, type UpMetric } from './metrics.ts';
import type { VolumeReading } from './reading.ts';
import type { VolumeKind } from './statistics.ts';

type ScalarOf = (reading: VolumeReading & { readonly ok: true }) => number | undefined;

interface Series {
  readonly instrument: Observable;
  readonly attributes: Attributes;
  readonly value: ScalarOf;
}

/**
 * What a volume's series are called inside the SDK: as few and as short attributes as tell them apart, because the SDK
 * hashes them for every point of every collection. Whoever collects adds the rest.
 */
function seriesAttributes(attachment: Attachment, own: Attributes): Attributes {
  return { [attribute.deviceName]: attachment.volume.device, ...own };
}

const kinds = Object.keys(metricPrefix) as VolumeKind[];

/** Observable instruments for every scalar metric of the table, observed together by one batch callback. */
export interface InstrumentSet {
  /** Observes these readings and collects all metrics, the producer's too. */
  collect(readings: readonly VolumeReading[]): Promise<MetricData[]>;
}

/**
 * Makes the instruments on a MeterProvider of their own, to be thrown away together.
 * @param producer is asked for its metrics at each collection
 */
export function createInstruments(
  scope: { name: string; version: string },
  producer: MetricProducer,
): InstrumentSet {
  const reader = new PullReader([producer]);
  const provider = new MeterProvider({
    readers: [reader],
    // The drive keeps the sums. The SDK's own sum would turn them into differences and add those up again, which in
    // floating point is no longer what the drive said.
    views: [{ instrumentName: '*', aggregation: { type: AggregationType.LAST_VALUE } }],
  });
  const meter = provider.getMeter(scope.name, scope.version);
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

  const cache = new WeakMap<Attachment, readonly Series[]>();
  const seriesOf = (attachment: Attachment): readonly Series[] => {
    const { kind } = attachment.volume;
    let series = cache.get(attachment);
    if (series === undefined) {
      series = scalars
        .filter((scalar) => scalar.kind === kind)
        .flatMap(({ metric, instrument }) =>
          metric.points
            .filter((point) => point.kinds?.includes(kind) ?? true)
            .map(({ attributes, value }) => ({
              instrument,
              attributes: seriesAttributes(attachment, attributes),
              value: ({ state }: VolumeReading & { readonly ok: true }) => value(state),
            })),
        );
      cache.set(attachment, series);
    }
    return series;
  };

  let readings: readonly VolumeReading[] = [];
  const observe = (result: BatchObservableResult) => {
    for (const reading of readings) {
      const { attachment } = reading;
      const upInstrument = upOf[attachment.volume.kind];
      if (!reading.ok) {
        result.observe(
          upInstrument,
          0,
          seriesAttributes(attachment, { [attribute.errorType]: reading.error.type }),
        );
        continue;
      }
      result.observe(upInstrument, 1, seriesAttributes(attachment, {}));
      for (const { instrument, attributes, value } of seriesOf(attachment)) {
        const observed = value(reading);
        if (observed !== undefined) result.observe(instrument, observed, attributes);
      }
    }
  };
  meter.addBatchObservableCallback(observe, [
    ...scalars.map(({ instrument }) => instrument),
    upOf.ebs,
    upOf.instance_store,
  ]);

  return {
    async collect(current) {
      readings = current;
      const { resourceMetrics, errors } = await reader.collect();
      if (errors.length > 0)
        throw new Error('the SDK could not collect the volume metrics', { cause: errors[0] });
      return resourceMetrics.scopeMetrics.flatMap((scopeMetrics) => scopeMetrics.metrics);
    },
  };
}
