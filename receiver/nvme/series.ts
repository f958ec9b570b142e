import type { Attributes } from '@opentelemetry/api';
import type { Attachment } from './attachment.ts';
import { attribute } from './attributes.ts';
import type { PointSource, ScalarMetric } from './metrics.ts';
import type { PointAttributesOf } from './point-attributes.ts';
import type { ReadErrorType } from './source.ts';
import type { VolumeKind } from './statistics.ts';

/** A series of one attachment on one instrument. */
export interface Series<Instrument> {
  readonly attachment: Attachment;
  readonly instrument: Instrument;
  /** As it is exported. */
  readonly attributes: Attributes;
  /**
   * As it is observed: a number that stands for all attributes. The SDK writes a series' attributes out as a string at
   * each collection; with real ones that was half the cost of a scrape.
   */
  readonly key: Attributes;
  /** What the latest reading says, undefined where nothing. */
  current: number | undefined;
  /** What the SDK collected last, undefined before the first time. */
  collected: number | undefined;
}

export interface ScalarSeries<Instrument> extends Series<Instrument> {
  readonly valueOf: (source: PointSource) => number | undefined;
}

/** Everything that one attachment is observed with. */
export interface AttachmentSeries<Instrument> {
  readonly scalars: readonly ScalarSeries<Instrument>[];
  readonly up: Series<Instrument>;
  /** `up` with the reason why the volume cannot be read. */
  failed(errorType: ReadErrorType): Series<Instrument>;
}

/** Numbers series and finds them again by their number. */
export interface SeriesRegister<Instrument> {
  of(attachment: Attachment): AttachmentSeries<Instrument>;
  find(key: Attributes): Series<Instrument> | undefined;
  /** How many it ever numbered. */
  size(): number;
}

const keyName = 'series';
const noAttributes: Attributes = {};

/** What volumes of one kind are observed with. */
export interface KindInstruments<Instrument> {
  readonly scalars: readonly { readonly metric: ScalarMetric; readonly instrument: Instrument }[];
  readonly up: Instrument;
}

export function createSeriesRegister<Instrument>(
  instrumentsOf: Readonly<Record<VolumeKind, KindInstruments<Instrument>>>,
  pointAttributes: PointAttributesOf,
): SeriesRegister<Instrument> {
  const register: Series<Instrument>[] = [];
  const known = new WeakMap<Attachment, AttachmentSeries<Instrument>>();

  const add = <Extra extends object>(
    attachment: Attachment,
    instrument: Instrument,
    own: Attributes,
    extra: Extra,
  ): Series<Instrument> & Extra => {
    const series = {
      attachment,
      instrument,
      attributes: pointAttributes(attachment, own),
      key: { [keyName]: register.length },
      current: undefined,
      collected: undefined,
      ...extra,
    };
    register.push(series);
    return series;
  };

  return {
    of(attachment) {
      let series = known.get(attachment);
      if (series !== undefined) return series;
      const { kind } = attachment.volume;
      const { scalars, up } = instrumentsOf[kind];
      const failures = new Map<ReadErrorType, Series<Instrument>>();
      series = {
        scalars: scalars.flatMap(({ metric, instrument }) =>
          metric.points
            .filter((point) => point.kinds?.includes(kind) ?? true)
            .map(({ attributes, value }) => add(attachment, instrument, attributes, { valueOf: value })),
        ),
        up: add(attachment, up, noAttributes, {}),
        failed(errorType) {
          let failure = failures.get(errorType);
          if (failure === undefined) {
            failure = add(attachment, up, { [attribute.errorType]: errorType }, {});
            failures.set(errorType, failure);
          }
          return failure;
        },
      };
      known.set(attachment, series);
      return series;
    },
    find: (key) => register[key[keyName] as number],
    size: () => register.length,
  };
}
