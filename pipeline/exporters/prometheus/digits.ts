import { sampleValue } from './numbers.ts';

/**
 * Sample values as bytes, the same that `sampleValue` spells. Almost all of a page's are whole numbers, or whole numbers
 * of microseconds in seconds: these are written by arithmetic, without a string for each.
 */

const zero = 0x30;
const point = 0x2e;
/** Nine digits fit an int32, on which V8 divides by multiplying. */
const chunk = 1e9;
const chunkDigits = 9;
const fractionDigits = 6;
/**
 * Decimals of up to 15 digits each have a double of their own, so that the shortest spelling of the double is the decimal
 * without its zeros: https://www.exploringbinary.com/decimal-precision-of-binary-floating-point-numbers/
 */
const maxMillionths = 1e15;

function isWhole(value: number): boolean {
  return value >= 0 && value <= Number.MAX_SAFE_INTEGER && Math.floor(value) === value;
}

/** How many millionths this is; 0 where it is none, or not a whole number of them. */
function millionths(value: number): number {
  const count = Math.round(value * 1e6);
  return count > 0 && count < maxMillionths && count / 1e6 === value ? count : 0;
}

function wholeLength(value: number): number {
  let length = 1;
  let limit = 10;
  while (value >= limit) {
    length += 1;
    limit *= 10;
  }
  return length;
}

/** Without the zeros at the end. */
function fractionLength(fraction: number): number {
  let length = fractionDigits;
  for (let rest = fraction; rest % 10 === 0; rest = (rest / 10) | 0) length -= 1;
  return length;
}

/** Writes the last `length` digits of a number below 2^31, with zeros before them. */
function writeDigits(into: Uint8Array, at: number, length: number, value: number): void {
  let rest = value | 0;
  for (let place = at + length - 1; place >= at; place--) {
    const tenth = (rest / 10) | 0;
    into[place] = zero + (rest - tenth * 10);
    rest = tenth;
  }
}

function writeWhole(into: Uint8Array, at: number, length: number, value: number): void {
  let rest = value;
  let left = length;
  while (rest >= chunk) {
    const high = Math.floor(rest / chunk);
    left -= chunkDigits;
    writeDigits(into, at + left, chunkDigits, rest - high * chunk);
    rest = high;
  }
  writeDigits(into, at, left, rest);
}

/** How many bytes a sample's value takes. */
export function numberLength(value: number): number {
  if (isWhole(value)) return wholeLength(value);
  const count = millionths(value);
  if (count === 0) return sampleValue(value).length;
  const whole = Math.floor(count / 1e6);
  return wholeLength(whole) + 1 + fractionLength(count - whole * 1e6);
}

/** @param length what `numberLength` says of the value */
export function writeNumber(into: Uint8Array, at: number, length: number, value: number): void {
  if (isWhole(value)) return writeWhole(into, at, length, value);
  const count = millionths(value);
  if (count === 0) {
    const text = sampleValue(value);
    for (let i = 0; i < length; i++) into[at + i] = text.charCodeAt(i);
    return;
  }
  const whole = Math.floor(count / 1e6);
  const wholeDigits = wholeLength(whole);
  const shown = length - wholeDigits - 1;
  writeWhole(into, at, wholeDigits, whole);
  into[at + wholeDigits] = point;
  writeDigits(into, at + wholeDigits + 1, shown, (count - whole * 1e6) / 10 ** (fractionDigits - shown));
}
