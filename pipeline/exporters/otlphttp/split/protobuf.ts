import type { Level, WirePoint } from './parts.ts';

/**
 * Which fields of each message lead to the data points, from the request inwards; the others belong to their level.
 * opentelemetry-proto, collector/metrics/v1/metrics_service.proto and metrics/v1/metrics.proto.
 */
const fieldsInwards: readonly (readonly number[])[] = [
  [1], // ExportMetricsServiceRequest.resource_metrics
  [2], // ResourceMetrics.scope_metrics
  [2], // ScopeMetrics.metrics
  [5, 7, 9, 10, 11], // Metric.gauge, sum, histogram, exponential_histogram, summary
  [1], // data_points of each of these
];

/** The data points of a serialized ExportMetricsServiceRequest, each as a field of its metric's data. */
export function takeProtobufApart(request: Uint8Array): readonly WirePoint[] {
  const points: WirePoint[] = [];
  const enter = (message: Uint8Array, tag: number | undefined, outside: readonly Level[]): void => {
    const inwards = fieldsInwards[outside.length] ?? [];
    const all = fieldsOf(message);
    const own = all.filter(({ number }) => !inwards.includes(number));
    const path = [...outside, createLevel(tag, own)];
    for (const field of all) {
      if (!inwards.includes(field.number)) continue;
      if (path.length === fieldsInwards.length) points.push({ path, bytes: field.whole });
      else enter(field.body, field.tag, path);
    }
  };
  enter(request, undefined, []);
  return points;
}

/** A message in a field of the one around it; the outermost is in none. */
function createLevel(tag: number | undefined, own: readonly Field[]): Level {
  const ownFields = Buffer.concat(own.map(({ whole }) => whole));
  return {
    ownBytes: ownFields.byteLength + (tag === undefined ? 0 : varint(tag).length + longestLengthBytes),
    wrap: (inner) => {
      const body = Buffer.concat([ownFields, ...inner]);
      return tag === undefined ? body : Buffer.concat([varint(tag), varint(body.byteLength), body]);
    },
  };
}

/** Of lengths below 2^32: what a Buffer can hold. */
const longestLengthBytes = 5;

interface Field {
  readonly tag: number;
  readonly number: number;
  /** With its tag and length. */
  readonly whole: Uint8Array;
  readonly body: Uint8Array;
}

function fieldsOf(message: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  for (let start = 0; start < message.byteLength;) {
    const tag = readVarint(message, start);
    const { from, to } = extent(message, tag.value & 7, tag.end);
    if (to > message.byteLength)
      throw new Error('the payload is no OTLP request: a field reaches beyond its end');
    fields.push({
      tag: tag.value,
      number: tag.value >>> 3,
      whole: message.subarray(start, to),
      body: message.subarray(from, to),
    });
    start = to;
  }
  return fields;
}

/** Where the value of a field begins and ends. https://protobuf.dev/programming-guides/encoding/#structure */
function extent(
  message: Uint8Array,
  wireType: number,
  at: number,
): { readonly from: number; readonly to: number } {
  switch (wireType) {
    case 0:
      return { from: at, to: readVarint(message, at).end };
    case 1:
      return { from: at, to: at + 8 };
    case 2: {
      const { value, end } = readVarint(message, at);
      return { from: end, to: end + value };
    }
    case 5:
      return { from: at, to: at + 4 };
    default:
      throw new Error(`the payload is no OTLP request: wire type ${wireType}`);
  }
}

/** The value is exact up to 2^53: enough for tags and lengths; of other varints only the end matters. */
function readVarint(message: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let scale = 1;
  for (let at = start; at < message.byteLength; at++) {
    const byte = message[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, end: at + 1 };
    scale *= 0x80;
  }
  throw new Error('the payload is no OTLP request: it ends within a number');
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.of(...bytes, rest);
}
