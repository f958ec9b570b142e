import type { Level, WirePoint } from './parts.ts';

/**
 * Which key of each object leads to the data points, from the request inwards; the others belong to their level.
 * opentelemetry-proto's messages in the JSON mapping that OTLP/JSON has.
 */
const keysInwards: readonly (readonly string[])[] = [
  ['resourceMetrics'],
  ['scopeMetrics'],
  ['metrics'],
  ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'],
  ['dataPoints'],
];

type JsonObject = Readonly<Record<string, unknown>>;

/** The data points of an ExportMetricsServiceRequest as JSON text. */
export function takeJsonApart(request: Uint8Array): readonly WirePoint[] {
  const points: WirePoint[] = [];
  const enter = (value: JsonObject, outside: readonly Level[]): void => {
    const key = keysInwards[outside.length]?.find((each) => each in value);
    if (key === undefined) return;
    const { [key]: inner, ...own } = value;
    const path = [...outside, createLevel(own, key, Array.isArray(inner))];
    for (const each of (Array.isArray(inner) ? inner : [inner]) as readonly JsonObject[]) {
      if (path.length === keysInwards.length) points.push({ path, bytes: Buffer.from(JSON.stringify(each)) });
      else enter(each, path);
    }
  };
  enter(JSON.parse(Buffer.from(request).toString('utf8')) as JsonObject, []);
  return points;
}

function createLevel(own: JsonObject, key: string, isList: boolean): Level {
  const ownText = JSON.stringify(own).slice(0, -1);
  const separator = ownText === '{' ? '' : ',';
  const before = Buffer.from(`${ownText}${separator}${JSON.stringify(key)}:${isList ? '[' : ''}`);
  const after = Buffer.from(isList ? ']}' : '}');
  const comma = Buffer.from(',');
  return {
    ownBytes: before.byteLength + after.byteLength + comma.byteLength,
    wrap: (inner) => {
      const listed = inner.flatMap((each, index) => (index === 0 ? [each] : [comma, each]));
      return Buffer.concat([before, ...listed, after]);
    },
  };
}
