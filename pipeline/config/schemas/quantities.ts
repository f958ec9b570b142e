import type { Schema } from './schema.ts';
import { outside, scalar, type Bounds } from './scalars.ts';

/** Node's timers take no more: a longer one fires at once. */
const longestTimerMs = 2 ** 31 - 1;

const durationPattern =
  /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;
const millisecondsPerUnit = [3_600_000, 60_000, 1000, 1];

/** `1m30s` to 90000; undefined where the text is no duration. Whole milliseconds. */
export function parseDurationMs(text: string): number | undefined {
  if (text === '0') return 0;
  const match = durationPattern.exec(text);
  if (match === null || text === '') return undefined;
  return Math.round(
    millisecondsPerUnit.reduce((sum, perUnit, index) => sum + Number(match[index + 1] ?? 0) * perUnit, 0),
  );
}

/** 90000 to `1m30s`. */
export function formatDurationMs(valueMs: number): string {
  const hours = Math.floor(valueMs / 3_600_000);
  const minutes = Math.floor((valueMs % 3_600_000) / 60_000);
  const seconds = Math.floor((valueMs % 60_000) / 1000);
  const parts = [
    [hours, 'h'],
    [minutes, 'm'],
    [seconds, 's'],
    [valueMs % 1000, 'ms'],
  ] as const;
  const text = parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('');
  return text === '' ? '0s' : text;
}

/** A duration as the Collector writes it (`500ms`, `10s`, `1m30s`, `1.5h`), in ms. Bounds are ms. */
export function durationMs(bounds: Bounds = {}): Schema<number> {
  const timed = { min: bounds.min ?? 0, max: Math.min(bounds.max ?? longestTimerMs, longestTimerMs) };
  return scalar({
    type: 'duration',
    expected: 'a duration like 10s or 1m30s',
    read: ({ text }) => parseDurationMs(text),
    wrong: (value) => outside(value, timed, formatDurationMs),
    show: formatDurationMs,
  });
}

const sizePattern = /^(\d+(?:\.\d+)?) ?(?:([KMGT])(i?)B?|B)?$/i;
const powers = ['', 'K', 'M', 'G', 'T'];

/** `64MiB` to bytes; undefined where the text is no size. K, M, G, T are powers of 1000, with an i of 1024. */
export function parseByteSize(text: string): number | undefined {
  const match = sizePattern.exec(text);
  if (match === null) return undefined;
  const power = powers.indexOf((match[2] ?? '').toUpperCase());
  return Math.round(Number(match[1]) * (match[3] ? 1024 : 1000) ** power);
}

/** 67108864 to `64MiB`, where it is whole in that unit. */
export function formatByteSize(sizeBytes: number): string {
  for (let power = powers.length - 1; power > 0; power--) {
    const unit = 1024 ** power;
    if (sizeBytes >= unit && sizeBytes % unit === 0) return `${sizeBytes / unit}${powers[power]}iB`;
  }
  return `${sizeBytes}B`;
}

/** A size, in bytes. Bounds are bytes. */
export function byteSize(bounds: Bounds = {}): Schema<number> {
  return scalar({
    type: 'size',
    expected: 'a size like 64MiB or 512KiB',
    read: ({ text }) => parseByteSize(text),
    wrong: (value) => outside(value, { min: 0, ...bounds }, formatByteSize),
    show: formatByteSize,
  });
}
