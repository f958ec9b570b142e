import {
  type Attributes,
  type BatchObservableResult,
  type HrTime,
  type MetricOptions,
  type Observable,
  type ObservableCallback,
  ValueType,
} from '@opentelemetry/api';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { endTimePlaces } from './columns.ts';
import { layoutOf, type Instrument, type Series } from './observed-series.ts';

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

/** A histogram that somebody else keeps: what each bin has counted, in an array that it shares with others. */
export interface ObservedHistogram {
  /** The upper bounds of all bins but the last, which has none. Drives of one kind share the object. */
  readonly boundaries: number[];
  readonly counts: ArrayLike<number>;
  /** Where its first bin is among them. */
  readonly from: number;
}

/** The API has no asynchronous histogram. */
export interface HistogramObservation {
  observeHistogram(
    histogram: Observable,
    value: ObservedHistogram,
    sum: number | undefined,
    attributes: Attributes,
  ): void;
}

/** Everything that one collection found. */
export interface Observations {
  /** As in receiver/columns.ts: numbers are places. The same object as long as the same series are observed. */
  readonly layout: readonly MetricData[];
  readonly values: Float64Array;
}

export interface ObservationMeter extends ObservableMeter {
  createObservableHistogram(name: string, options?: MetricOptions): Observable;
  addHistogramCallback(callback: (result: HistogramObservation) => void): void;
  /**
   * Calls back, and gives what is observed: cumulative, in the order in which the instruments were made, without those
   * that nothing was observed of.
   */
  collect(endTime: HrTime): Observations;
}

const noAttributes: Attributes = {};

/**
 * A meter for thousands of series that are the same objects at every collection. The SDK's cannot know that: it writes the
 * attributes of each observation out as a string again and again, makes 2 KB of garbage and takes 2 µs for it, holds on to
 * series that are gone (opentelemetry-js issue 4096) and to values whenever the wall clock is set back. Here an
 * observation is a comparison of two objects with those of the last collection and a number written, and nothing is held.
 *
 * A series is observed once in a collection at most, with the same attributes object each time.
 *
 * @param startTimeOf since when a series counts, by its attributes; asked when it is first observed
 */
export function createObservationMeter(startTimeOf: (attributes: Attributes) => HrTime): ObservationMeter {
  const instruments = new Map<Observable, Instrument>();
  const callbacks: (() => void)[] = [];
  /** In the order in which they were observed last. */
  const known: Series[] = [];
  /** Of these; undefined where they changed. */
  let layout: readonly MetricData[] | undefined;
  let next = 0;
  let values = new Float64Array(endTimePlaces.length);
  let length = 0;

  const reserve = (count: number): void => {
    if (length + count <= values.length) return;
    const larger = new Float64Array(2 * (length + count));
    larger.set(values);
    values = larger;
  };

  const follow = (
    observable: Observable,
    attributes: Attributes,
    boundaries: number[] | undefined,
    hasSum: boolean,
  ): void => {
    const series = known[next];
    if (
      series === undefined ||
      series.observable !== observable ||
      series.attributes !== attributes ||
      series.boundaries !== boundaries ||
      series.hasSum !== hasSum
    ) {
      const instrument = instruments.get(observable);
      if (instrument === undefined) throw new Error('an instrument of another meter was observed');
      layout = undefined;
      const startTime = startTimeOf(attributes);
      known[next] = { observable, attributes, instrument, startTime, boundaries, hasSum };
    }
    next += 1;
  };

  const observe = (observable: Observable, value: number, attributes: Attributes = noAttributes): void => {
    follow(observable, attributes, undefined, false);
    reserve(1);
    values[length++] = value;
  };

  const observeHistogram: HistogramObservation['observeHistogram'] = (
    observable,
    { boundaries, counts, from },
    sum,
    attributes,
  ) => {
    follow(observable, attributes, boundaries, sum !== undefined);
    const bins = boundaries.length + 1;
    reserve(sum === undefined ? bins : bins + 1);
    for (let bin = 0; bin < bins; bin++) values[length + bin] = counts[from + bin] ?? 0;
    length += bins;
    if (sum !== undefined) values[length++] = sum;
  };

  const create = (
    type: Instrument['type'],
    name: string,
    { unit = '', description = '', valueType = ValueType.DOUBLE }: MetricOptions = {},
  ): Observable => {
    const own = new Map<ObservableCallback, () => void>();
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
    instruments.set(observable, { descriptor: { name, unit, description, valueType }, type });
    return observable;
  };

  return {
    createObservableCounter: (name, options) => create('counter', name, options),
    createObservableGauge: (name, options) => create('gauge', name, options),
    createObservableHistogram: (name, options) => create('histogram', name, options),
    addBatchObservableCallback: (callback) => void callbacks.push(() => callback({ observe })),
    addHistogramCallback: (callback) => void callbacks.push(() => callback({ observeHistogram })),
    collect(endTime) {
      // As much is most often observed the next time: there is room for it.
      values = new Float64Array(Math.max(length, endTimePlaces.length));
      values.set(endTime);
      length = endTimePlaces.length;
      next = 0;
      for (const callback of callbacks) callback();
      if (known.length !== next) {
        known.length = next;
        layout = undefined;
      }
      layout ??= layoutOf(instruments.values(), known);
      const observed = values.length === length ? values : values.slice(0, length);
      return { layout, values: observed };
    },
  };
}
