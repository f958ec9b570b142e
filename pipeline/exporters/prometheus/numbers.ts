/** Numbers as the exposition formats write them. */

/** A sample's value: whole numbers in full, others in the shortest form that reads back as the same double. */
export function sampleValue(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value);
}

/**
 * As Go's `strconv.FormatFloat(value, 'g', -1, 64)`: `1e-06`, `0.000128`, `100000`, `1e+06`. A bound is a label's value,
 * compared as text, so that it has to be spelled as Prometheus' own client spells it.
 */
export function goFloat(value: number): string {
  if (!Number.isFinite(value)) return sampleValue(value);
  const [mantissa = '', exponentText = ''] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (value === 0 || (exponent >= -4 && exponent < 6)) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/**
 * As OpenMetrics wants bounds: always recognisable as floating point, `1.0`.
 * https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md#considerations-canonical-numbers
 */
export function openMetricsFloat(value: number): string {
  const text = goFloat(value);
  return Number.isFinite(value) && !/[.e]/.test(text) ? `${text}.0` : text;
}
