import type { CommandLine } from '../command-line.ts';

export interface StatsOptions {
  /** Volumes or devices; none means all. */
  readonly targets: readonly string[];
  /** Undefined: the page as it is. */
  readonly intervalMs: number | undefined;
  /** Intervals to show; undefined is until interrupted. */
  readonly count: number | undefined;
  readonly json: boolean;
}

export type ParsedStatsOptions =
  | { readonly ok: true; readonly options: StatsOptions }
  /** Wrong usage. */
  | { readonly ok: false; readonly message: string };

/** Drives count in steps of a second: a shorter interval shows nothing that is true. */
const minIntervalSeconds = 1;
const maxIntervalSeconds = 86_400;

/** Seconds with or without their unit: `1`, `2.5`, `10s`. */
function seconds(text: string): number | undefined {
  const value = /^(\d+(?:\.\d+)?)s?$/.exec(text)?.[1];
  if (value === undefined) return undefined;
  const number = Number(value);
  return number >= minIntervalSeconds && number <= maxIntervalSeconds ? number : undefined;
}

type Interval =
  | { readonly ok: true; readonly intervalMs: number | undefined }
  | { readonly ok: false; readonly message: string };

/** The option `--interval`, for every command that has it. */
export function intervalOption(values: CommandLine['values']): Interval {
  const text = values.get('interval');
  if (text === undefined) return { ok: true, intervalMs: undefined };
  const value = seconds(text);
  if (value !== undefined) return { ok: true, intervalMs: value * 1000 };
  const range = `${minIntervalSeconds} to ${maxIntervalSeconds} seconds`;
  return { ok: false, message: `--interval takes ${range} but received ${JSON.stringify(text)}` };
}

export function statsOptions(
  line: Pick<CommandLine, 'operands' | 'values' | 'switches'>,
): ParsedStatsOptions {
  const interval = intervalOption(line.values);
  if (!interval.ok) return interval;
  const { intervalMs } = interval;
  const count = line.values.get('count');
  if (count !== undefined && !/^[1-9]\d{0,8}$/.test(count)) {
    return {
      ok: false,
      message: `--count takes a whole number from 1 but received ${JSON.stringify(count)}`,
    };
  }
  if (count !== undefined && intervalMs === undefined) {
    return { ok: false, message: '--count needs --interval: it is the number of intervals' };
  }
  return {
    ok: true,
    options: {
      targets: line.operands,
      intervalMs,
      count: count === undefined ? undefined : Number(count),
      json: line.switches.has('json'),
    },
  };
}
