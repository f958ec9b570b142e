import type { Look } from './look.ts';

/** Numbers as people read them: exact with thousands apart, or three digits and a unit. */

/** `1,234,567`; exact up to 2^64. */
export function exact(value: number): string {
  return BigInt(Math.round(value))
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Three significant digits without an exponent: `0.04`, `1.25`, `32.8`, `648`, `12,345`. */
export function short(value: number): string {
  if (value === 0) return '0';
  if (value >= 99.95) return exact(value);
  return value.toFixed(value >= 9.995 ? 1 : 2);
}

/** Whole when it is small anyway: `9`, `1,210`, `412 M`. */
export function count(value: number): string {
  if (value < 1e6) return exact(value);
  return scaled(value, 1000, ['', 'K', 'M', 'G', 'T', 'P', 'E']);
}

/** EBS states its limits in MiB/s, so sizes are powers of 1024: `16 KiB`, `6.14 TiB`. */
export function bytes(value: number): string {
  return scaled(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']);
}

export function mebibytes(value: number): string {
  return short(value / 2 ** 20);
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let power = 0;
  let rest = value;
  // 999.95 would show as 1,000 of the smaller unit.
  while (rest >= step - 0.5 && power < units.length - 1) {
    rest /= step;
    power++;
  }
  const unit = units[power] ?? '';
  return `${Number.isInteger(rest) ? exact(rest) : short(rest)}${unit === '' ? '' : ` ${unit}`}`;
}

const timeUnits: readonly (readonly [micros: number, unit: string])[] = [
  [86_400e6, 'd'],
  [3_600e6, 'h'],
  [60e6, 'min'],
  [1e6, 's'],
  [1e3, 'ms'],
];

export function microsUnit({ unicode }: Look): string {
  return unicode ? 'µs' : 'us';
}

/** `612 µs`, `17.4 ms`, `2.93 d`. */
export function duration(micros: number, look: Look): string {
  const unit = timeUnits.find(([size]) => micros >= size * 0.9995);
  if (unit !== undefined) return `${short(micros / unit[0])} ${unit[1]}`;
  return `${Number.isInteger(micros) ? micros : short(micros)} ${microsUnit(look)}`;
}

/** A share, 0 to 1, that tells nothing from a little and almost all from all: `0%`, `<0.1%`, `4.2%`, `45%`, `100%`. */
export function percent(share: number): string {
  if (share === 0) return '0%';
  if (share < 0.001) return '<0.1%';
  if (share < 0.0995) return `${(share * 100).toFixed(1)}%`;
  return `${share < 1 ? Math.min(99, Math.round(share * 100)) : 100}%`;
}

/** `2026-11-21 01:05:10 UTC`. */
export function utc(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
