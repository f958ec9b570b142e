import type { IExportMetricsServiceResponse, ISerializer } from '@opentelemetry/otlp-transformer';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { OtlpHttpConfig } from './config.ts';
import { takeJsonApart } from './split/json.ts';
import type { WirePoint } from './split/parts.ts';
import { takeProtobufApart } from './split/protobuf.ts';

/** A backend's "yes, but". */
export interface PartialSuccess {
  readonly rejectedDataPoints: number;
  readonly errorMessage: string;
}

/** OTLP on the wire, in one of its two encodings. */
export interface OtlpEncoding {
  readonly name: OtlpHttpConfig['encoding'];
  readonly contentType: string;
  serialize(metrics: ResourceMetrics): Uint8Array;
  takeApart(request: Uint8Array): readonly WirePoint[];
  /** From the body of a 2xx answer; undefined where it has none, or is no OTLP. */
  partialSuccess(body: Uint8Array): PartialSuccess | undefined;
}

type Serializer = ISerializer<ResourceMetrics, IExportMetricsServiceResponse>;

/** Both: what waits on disk may have been encoded under another configuration. */
export type OtlpEncodings = { readonly [Name in OtlpHttpConfig['encoding']]: OtlpEncoding };

/**
 * The serializers are those of the SDK's OTLP exporters, from the package that these share. Loaded when the first
 * exporter starts: who only is scraped does not pay for them.
 */
export async function loadEncodings(): Promise<OtlpEncodings> {
  const { JsonMetricsSerializer, ProtobufMetricsSerializer } =
    await import('@opentelemetry/otlp-transformer');
  return {
    proto: createEncoding('proto', 'application/x-protobuf', ProtobufMetricsSerializer, takeProtobufApart),
    json: createEncoding('json', 'application/json', JsonMetricsSerializer, takeJsonApart),
  };
}

export function encodingOf({ proto, json }: OtlpEncodings, contentType: string): OtlpEncoding {
  return contentType === json.contentType ? json : proto;
}

function createEncoding(
  name: OtlpEncoding['name'],
  contentType: string,
  serializer: Serializer,
  takeApart: OtlpEncoding['takeApart'],
): OtlpEncoding {
  return {
    name,
    contentType,
    takeApart,
    serialize: (metrics) => {
      const bytes = serializer.serializeRequest(metrics);
      if (bytes === undefined) throw new Error('the SDK serialized nothing');
      return bytes;
    },
    partialSuccess: (body) => {
      if (body.byteLength === 0) return undefined;
      try {
        return readPartialSuccess(serializer.deserializeResponse(body));
      } catch {
        // What a backend says beside its 2xx is no reason to send again.
        return undefined;
      }
    },
  };
}

/** JSON backends write 64-bit numbers as strings, and null where there is nothing. */
interface SaidPartialSuccess {
  readonly rejectedDataPoints?: number | string | null;
  readonly errorMessage?: string | null;
}

function readPartialSuccess({
  partialSuccess: said,
}: {
  readonly partialSuccess?: SaidPartialSuccess | null;
}): PartialSuccess | undefined {
  const rejected = Number(said?.rejectedDataPoints ?? 0);
  const rejectedDataPoints = Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0;
  const errorMessage = said?.errorMessage ?? '';
  return rejectedDataPoints === 0 && errorMessage === '' ? undefined : { rejectedDataPoints, errorMessage };
}
