import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { smallestMaxBytes } from './config.ts';
import type { OtlpEncoding, OtlpEncodings } from './encoding.ts';
import { dealPoints, joinPoints } from './split/parts.ts';

/** What one request carries: a whole ExportMetricsServiceRequest, not compressed. */
export interface Payload {
  readonly encoding: OtlpEncoding['name'];
  readonly bytes: Uint8Array;
  readonly dataPoints: number;
}

/** Makes payloads of what the pipeline has, none larger than the backend takes as far as that is known. */
export interface PayloadMaker {
  /** Serializes once; cuts the result where it is too large. Empty where there is no data point. */
  of(metrics: ResourceMetrics): readonly Payload[];
  /**
   * Parts of a payload that the backend called too large, and remembers for all that come; undefined where it cannot be
   * made smaller.
   */
  smaller(payload: Payload): readonly Payload[] | undefined;
  /** What is known of the backend's limit, bytes before compression. */
  maxBytes(): number;
}

/** Each part repeats its resource, scope and metric: a little more than half, so that two parts do. */
const shareOfTooLarge = 0.55;

/** @param name of the encoding to make them in */
export function createPayloadMaker(
  encodings: OtlpEncodings,
  name: OtlpEncoding['name'],
  configuredMaxBytes: number,
): PayloadMaker {
  let maxBytes = configuredMaxBytes;
  const encoding = encodings[name];
  return {
    of: (metrics) => {
      const dataPoints = countDataPoints(metrics);
      if (dataPoints === 0) return [];
      return cutPayload(
        { encoding: name, bytes: encoding.serialize(metrics), dataPoints },
        encoding,
        maxBytes,
      );
    },
    smaller: (payload) => {
      if (payload.dataPoints === 1 || payload.bytes.byteLength <= smallestMaxBytes) return undefined;
      const refused = Math.ceil(payload.bytes.byteLength * shareOfTooLarge);
      maxBytes = Math.min(maxBytes, Math.max(smallestMaxBytes, refused));
      return cutPayload(payload, encodings[payload.encoding], maxBytes);
    },
    maxBytes: () => maxBytes,
  };
}

/**
 * The payload as it is where it is small enough, else in parts: each with whole data points under their resource, scope
 * and metric, in order, and none above `maxBytes` but a data point that alone is.
 */
export function cutPayload(payload: Payload, encoding: OtlpEncoding, maxBytes: number): readonly Payload[] {
  if (payload.bytes.byteLength <= maxBytes || payload.dataPoints === 1) return [payload];
  return dealPoints(encoding.takeApart(payload.bytes), maxBytes).map((points) => ({
    encoding: payload.encoding,
    bytes: joinPoints(points),
    dataPoints: points.length,
  }));
}

export function countDataPoints({ scopeMetrics }: ResourceMetrics): number {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .reduce((count, { dataPoints }) => count + dataPoints.length, 0);
}
