import type { OtlpMetric, OtlpPayload, OtlpPoint } from '../fixtures/otlp/decoder.ts';
import { goFloat, key } from './expected-page.ts';

/** What a backend got, in forms that can be compared. */

/** One point with all that is said of it. */
export interface ArrivedPoint extends OtlpPoint {
  readonly resource: OtlpPayload['resource'];
  readonly scope: string;
  readonly metric: Omit<OtlpMetric, 'points'>;
}

export const pointsOf = (payloads: readonly OtlpPayload[]): readonly ArrivedPoint[] =>
  payloads.flatMap(({ resource, scopes }) =>
    scopes.flatMap(({ name, version, metrics }) =>
      metrics.flatMap(({ points, ...metric }) =>
        points.map((point) => ({ resource, scope: `${name} ${version}`, metric, ...point })),
      ),
    ),
  );

/** As on a Prometheus page, under the names that the metrics have: `name{attribute="value"}`, a line a bucket. */
export function valuesOf(points: readonly ArrivedPoint[]): Map<string, number> {
  const values = new Map<string, number>();
  for (const { metric, attributes, value } of points) {
    const labels = Object.entries(attributes).map(
      ([label, text]) => [label.replaceAll('.', '_'), String(text)] as const,
    );
    if (typeof value !== 'object') {
      values.set(key(metric.name, labels), Number(value));
      continue;
    }
    let cumulative = 0;
    value.counts.forEach((bin, index) => {
      cumulative += Number(bin);
      const le = goFloat(String(value.bounds[index] ?? '+Inf'));
      values.set(key(`${metric.name}_bucket`, [...labels, ['le', le]]), cumulative);
    });
    values.set(key(`${metric.name}_count`, labels), Number(value.count));
    values.set(key(`${metric.name}_sum`, labels), value.sum ?? NaN);
  }
  return values;
}

/** Everything about a point in one line, so that points can be compared as sets, whatever requests they came in. */
export const asLine = (point: ArrivedPoint): string => {
  const sorted = (attributes: object) => Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const { resource, attributes, ...rest } = point;
  return JSON.stringify([sorted(resource), sorted(attributes), rest], (_name, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
};

/** The same point without some of its attributes. */
export const withoutAttributes = (point: ArrivedPoint, unwanted: RegExp): ArrivedPoint => ({
  ...point,
  attributes: Object.fromEntries(Object.entries(point.attributes).filter(([name]) => !unwanted.test(name))),
});
