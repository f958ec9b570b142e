/**
 * Metric names and units by the OpenTelemetry-to-Prometheus rules:
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata-1
 */

/** UCUM, as OpenTelemetry writes units, in Prometheus' words. What is not here stays as it is. */
const unitWords: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['bit', 'bits'],
  ['By', 'bytes'],
  ['kBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tebibytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['%', 'percent'],
  ['1', ''],
]);

const perWords: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['min', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['wk', 'week'],
  ['mo', 'month'],
  ['a', 'year'],
]);

export type NamedType = 'counter' | 'gauge' | 'histogram';

function sanitised(text: string): string {
  return text.replace(/[^a-zA-Z0-9_:]/g, '_').replace(/__+/g, '_');
}

function word(unit: string, words: ReadonlyMap<string, string>): string {
  const withoutAnnotation = unit.replace(/\{[^}]*\}/g, '').trim();
  return words.get(withoutAnnotation) ?? sanitised(withoutAnnotation).replace(/^_+|_+$/g, '');
}

/** `By/s` becomes `bytes_per_second`, `{operation}` nothing; `1` is a ratio on gauges, where it can be one, and else nothing. */
export function prometheusUnit(unit: string, type: NamedType): string {
  if (unit === '1' && type === 'gauge') return 'ratio';
  const [main = '', ...per] = unit.split('/');
  const words = [word(main, unitWords)];
  const perWord = word(per.join('/'), perWords);
  if (perWord !== '') words.push('per', perWord);
  return words.filter((part) => part !== '').join('_');
}

function withSuffix(name: string, suffix: string): string {
  return suffix === '' || name === suffix || name.endsWith(`_${suffix}`) ? name : `${name}_${suffix}`;
}

/**
 * Sanitised, with the unit and, on counters, `_total` at the end, neither of them twice.
 *
 * @param unit in Prometheus' words
 */
export function prometheusName(name: string, unit: string, type: NamedType): string {
  const base = sanitised(name).replace(/_+$/, '');
  const safe = /^[0-9]/.test(base) || base === '' ? `_${base}` : base;
  if (type !== 'counter') return withSuffix(safe, unit);
  return `${withSuffix(safe.replace(/_total$/, ''), unit)}_total`;
}
