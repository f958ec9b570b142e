import { ValueType, type BatchObservableResult, type HrTime, type Observable } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  type DataPoint,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import { lastValueOfNow, PullReader } from '../pull-reader.ts';
import { metricName, scalarMetrics, up, type ScalarMetric, type UpMetric } from './metrics.ts';
import type { PointAttributesOf } from './point-attributes.ts';
import type { VolumeReading } from './reading.ts';
import { createSeriesRegister, type KindInstruments, type Series } from './series.ts';
import type { VolumeKind } from './statistics.ts';

interface Instrument {
  readonly observable: Observable;
  readonly isCounter: boolean;
  /** As the SDK describes it, known once it collected something. */
  descriptor: MetricData['descriptor'] | undefined;
  /** Of the collection under way. */
  points: DataPoint<number>[];
}

/** Observable instruments for every scalar metric of the table, observed together by one batch callback. */
export interface InstrumentSet {
  /**
   * Observes these readings and collects all metrics, the producer's too.
   * @returns undefined where the SDK held on to what it collected before: these instruments cannot be used any more
   */
  collect(readings: readonly VolumeReading[], endTime: HrTime): Promise<MetricData[] | undefined>;
  /** How many series the SDK holds memory for: it never lets go of one (opentelemetry-js issue 4096). */
  seriesHeld(): number;
}

/** What a reading says, put down at the series that say it. Gives back those that say another thing than before. */
function takeDown(
  readings: readonly VolumeReading[],
  seriesOf: ReturnType<typeof createSeriesRegister<Instrument>>['of'],
): { readonly said: Series<Instrument>[]; readonly changed: Series<Instrument>[] } {
  const said: Series<Instrument>[] = [];
  const changed: Series<Instrument>[] = [];
  const say = (series: Series<Instrument>, value: number | undefined) => {
    if (value === undefined) return;
    series.current = value;
    said.push(series);
    if (!Object.is(value, series.collected)) changed.push(series);
  };
  for (const reading of readings) {
    const series = seriesOf(reading.attachment);
    if (!reading.ok) {
      say(series.failed(reading.error.type), 0);
      continue;
    }
    for (const scalar of series.scalars) say(scalar, scalar.valueOf(reading.state));
    say(series.up, 1);
  }
  return { said, changed };
}

/**
 * Makes the instruments on a MeterProvider of their own, to be thrown away together.
 *
 * Only what changed since the last collection is observed: the SDK takes 2 µs for each observation, and most volumes of
 * most nodes have no work at most moments. What it collected before still holds.
 *
 * @param producer is asked for its metrics at each collection
 */
export function createInstruments(
  scope: { readonly name: string; readonly version: string },
  producer: MetricProducer,
  pointAttributes: PointAttributesOf,
): InstrumentSet {
  const reader = new PullReader({ metricProducers: [producer], ...lastValueOfNow });
  const meter = new MeterProvider({ readers: [reader] }).getMeter(scope.name, scope.version);
  const instruments = new Map<string, Instrument>();

  const create = (kind: VolumeKind, metric: ScalarMetric | UpMetric): Instrument => {
    // A u64 does not fit OTLP's signed integers: every value is a double.
    const options = { unit: metric.unit, description: metric.description, valueType: ValueType.DOUBLE };
    const name = metricName(kind, metric);
    const isCounter = metric.type === 'counter';
    const observable = isCounter
      ? meter.createObservableCounter(name, options)
      : meter.createObservableGauge(name, options);
    const instrument = { observable, isCounter, descriptor: undefined, points: [] };
    instruments.set(name, instrument);
    return instrument;
  };
  const instrumentsOf = (kind: VolumeKind): KindInstruments<Instrument> => ({
    scalars: scalarMetrics
      .filter((metric) => metric.kinds.includes(kind))
      .map((metric) => ({ metric, instrument: create(kind, metric) })),
    up: create(kind, up),
  });
  const register = createSeriesRegister(
    { ebs: instrumentsOf('ebs'), instance_store: instrumentsOf('instance_store') },
    pointAttributes,
  );

  let due: readonly Series<Instrument>[] = [];
  const observe = (result: BatchObservableResult) => {
    for (const { instrument, current, key } of due) {
      if (current !== undefined) result.observe(instrument.observable, current, key);
    }
  };
  meter.addBatchObservableCallback(
    observe,
    Array.from(instruments.values(), ({ observable }) => observable),
  );

  /** Puts down at the series what the SDK collected. */
  const takeIn = ({ descriptor, dataPoints }: MetricData): void => {
    const instrument = instruments.get(descriptor.name);
    if (instrument === undefined) return;
    instrument.descriptor = descriptor;
    for (const { attributes: key, value } of dataPoints as readonly DataPoint<number>[]) {
      const series = register.find(key);
      if (series !== undefined) series.collected = value;
    }
  };

  const metricOf = ({ descriptor, isCounter, points: dataPoints }: Instrument): MetricData[] => {
    if (descriptor === undefined || dataPoints.length === 0) return [];
    const aggregationTemporality = AggregationTemporality.CUMULATIVE;
    return isCounter
      ? [
          {
            descriptor,
            aggregationTemporality,
            dataPointType: DataPointType.SUM,
            isMonotonic: true,
            dataPoints,
          },
        ]
      : [{ descriptor, aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints }];
  };

  return {
    async collect(readings, endTime) {
      const { said, changed } = takeDown(readings, register.of);
      due = changed;
      const { resourceMetrics, errors } = await reader.collect();
      if (errors.length > 0) {
        throw new Error('the SDK could not collect the volume metrics', { cause: errors[0] });
      }
      const collected = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
      collected.forEach(takeIn);
      // Of two values the SDK takes the one that is later by the wall clock. Where that was set back, it is the old one.
      if (changed.some((series) => !Object.is(series.collected, series.current))) return undefined;

      for (const instrument of instruments.values()) instrument.points = [];
      for (const { instrument, attachment, attributes, collected: value } of said) {
        if (value === undefined) continue;
        instrument.points.push({ attributes, startTime: attachment.startTime, endTime, value });
      }
      const histograms = collected.filter(({ dataPointType }) => dataPointType === DataPointType.HISTOGRAM);
      return [...instruments.values()].flatMap(metricOf).concat(histograms);
    },
    seriesHeld: () => register.size(),
  };
}
