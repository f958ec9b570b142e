import type { HrTime } from '@opentelemetry/api';
import { escapeOpenMetricsHelp, escapeTextHelp } from './escaping.ts';
import type { Family } from './family.ts';
import { goFloat, openMetricsFloat } from './numbers.ts';

/** Where the two text formats of Prometheus differ; what they share is in exposition.ts. */
export interface ExpositionFormat {
  readonly contentType: string;
  /** The lines before a family's samples. */
  readonly metadata: (family: Family) => string;
  /** A bucket's upper bound, as the value of `le`. */
  readonly bound: (bound: number) => string;
  /** When a counter or histogram began, as the value of its `_created`; undefined where the format has none. */
  readonly created: ((startTime: HrTime) => string) | undefined;
  /** Whether a histogram may have a `_count` without a `_sum`. */
  readonly countWithoutSum: boolean;
  /** What ends the page. */
  readonly end: string;
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export const textFormat: ExpositionFormat = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  metadata: ({ name, type, help }) =>
    `# HELP ${name} ${escapeTextHelp(help)}\n# TYPE ${name} ${type === 'info' ? 'gauge' : type}\n`,
  bound: goFloat,
  created: undefined,
  countWithoutSum: true,
  end: '',
};

/** Samples of these types have a suffix that the family's name has not. */
const sampleSuffix: Readonly<Partial<Record<Family['type'], string>>> = { counter: '_total', info: '_info' };

/** https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md */
export const openMetricsFormat: ExpositionFormat = {
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  metadata: ({ name, type, unit, help }) => {
    const suffix = sampleSuffix[type] ?? '';
    const family = name.endsWith(suffix) ? name.slice(0, name.length - suffix.length) : name;
    const unitLine = unit === '' ? '' : `# UNIT ${family} ${unit}\n`;
    return `# TYPE ${family} ${type}\n${unitLine}# HELP ${family} ${escapeOpenMetricsHelp(help)}\n`;
  },
  bound: openMetricsFloat,
  // In milliseconds, as exact as start times are known: a nanosecond would not survive Prometheus' double either.
  created: ([seconds, nanos]) => String((seconds * 1e3 + Math.round(nanos / 1e6)) / 1e3),
  countWithoutSum: false,
  end: '# EOF\n',
};
