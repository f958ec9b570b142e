import {
  type Attributes,
  type BatchObservableResult,
  type HrTime,
  type MetricOptions,
  type Observable,
  type ObservableCallback,
  ValueType,
} from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type MetricData,
  type MetricDescriptor,
} from '@opentelemetry/sdk-metrics';

/**
 * The part of the API's Meter that receivers report through. The SDK's Meter has it too: what is observed does not depend
 * on who collects it.
 */
export interface ObservableMeter {
  createObservableCounter(name: string, options?: MetricOptions): Observable;
  createObservableGauge(name: string, options?: MetricOptions): Observable;
  addBatchObservableCallback(
    callback: (result: BatchObservableResult) => void,
    observables: Observable[],
  ): void;
}

export interface ObservationMeter extends ObservableMeter {
  /**
   * Calls back, and gives what is observed: cumulative, in the order in which the instruments were made, without those
   * that nothing was observed of.
   */
  collect(endTime: HrTime): MetricData[];
}

interface Instrument {
  readonly descriptor: MetricDescriptor;
  readonly isCounter: boolean;
  /** Of the collection under way. */
  points: DataPoint<number>[];
  /** How many there are by now. */
  count: number;
}

interface Series {
  readonly observable: Observable;
  readonly attributes: Attributes;
  readonly instrument: Instrument;
  readonly startTime: HrTime;
}

const noAttributes: Attributes = {};
const aggregationTemporality = AggregationTemporality.CUMULATIVE;

/** Gives what was observed of an instrument away. As much is most often observed the next time: there is room for it. */
function take(instrument: Instrument): MetricData[] {
  const { descriptor, isCounter, points: dataPoints, count } = instrument;
  instrument.points = [];
  instrument.points.length = count;
  if (count === 0) return [];
  dataPoints.length = count;
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
}

/**
 * A meter for thousands of series that are the same objects at every collection. The SDK's cannot know that: it writes the
 * attributes of each observation out as a string again and again, makes 2 KB of garbage and takes 2 µs for it, holds on to
 * series that are gone (opentelemetry-js issue 4096) and to values whenever the wall clock is set back. Here an
 * observation is a comparison of two objects with those of the last collection, and nothing is held.
 *
 * A series is observed once in a collection at most, with the same attributes object each time.
 *
 * @param startTimeOf since when a series counts, by its attributes; asked when it is first observed
 */
export function createObservationMeter(startTimeOf: (attributes: Attributes) => HrTime): ObservationMeter {
  const instruments = new Map<Observable, Instrument>();
  const callbacks: ((result: BatchObservableResult) => void)[] = [];
  /** In the order in which they were observed last. */
  const known: Series[] = [];
  let next = 0;
  let endTime: HrTime = [0, 0];

  const seriesOf = (observable: Observable, attributes: Attributes): Series => {
    const instrument = instruments.get(observable);
    if (instrument === undefined) throw new Error('an instrument of another meter was observed');
    return { observable, attributes, instrument, startTime: startTimeOf(attributes) };
  };

  const observe = (observable: Observable, value: number, attributes: Attributes = noAttributes): void => {
    let series = known[next];
    if (series === undefined || series.observable !== observable || series.attributes !== attributes) {
      known[next] = series = seriesOf(observable, attributes);
    }
    next += 1;
    const { instrument, startTime } = series;
    instrument.points[instrument.count++] = { attributes, startTime, endTime, value };
  };
  const result: BatchObservableResult = { observe };

  const create = (
    isCounter: boolean,
    name: string,
    { unit = '', description = '', valueType = ValueType.DOUBLE }: MetricOptions = {},
  ): Observable => {
    const own = new Map<ObservableCallback, (result: BatchObservableResult) => void>();
    const observable: Observable = {
      addCallback(callback) {
        const batch = () => {
          void callback({ observe: (value, attributes) => observe(observable, value, attributes) });
        };
        own.set(callback, batch);
        callbacks.push(batch);
      },
      removeCallback(callback) {
        const batch = own.get(callback);
        if (batch !== undefined && own.delete(callback)) callbacks.splice(callbacks.indexOf(batch), 1);
      },
    };
    instruments.set(observable, {
      descriptor: { name, unit, description, valueType },
      isCounter,
      points: [],
      count: 0,
    });
    return observable;
  };

  return {
    createObservableCounter: (name, options) => create(true, name, options),
    createObservableGauge: (name, options) => create(false, name, options),
    addBatchObservableCallback: (callback) => void callbacks.push(callback),
    collect(now) {
      next = 0;
      endTime = now;
      // What was observed before a callback threw is nobody's.
      for (const instrument of instruments.values()) instrument.count = 0;
      for (const callback of callbacks) callback(result);
      known.length = next;
      return [...instruments.values()].flatMap(take);
    },
  };
}
