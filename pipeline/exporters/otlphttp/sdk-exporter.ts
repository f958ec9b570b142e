import type { Agent } from 'node:http';
import type { OTLPMetricExporter as ProtoExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { OtlpHttpConfig } from './config.ts';

type SdkOptions = NonNullable<ConstructorParameters<typeof ProtoExporter>[0]>;

export interface Connection {
  readonly url: URL;
  readonly agent: Agent;
  /** The SDK appends its own. */
  readonly userAgent: string;
}

/** Loads the SDK's exporter of the encoding; gives back how to make one with a timeout for each push. */
export async function loadSdkExporter(
  { encoding, compression, headers }: Pick<OtlpHttpConfig, 'encoding' | 'compression' | 'headers'>,
  { url, agent, userAgent }: Connection,
): Promise<(timeoutMs: number) => PushMetricExporter> {
  const { OTLPMetricExporter } =
    encoding === 'proto'
      ? await import('@opentelemetry/exporter-metrics-otlp-proto')
      : await import('@opentelemetry/exporter-metrics-otlp-http');
  const options: SdkOptions = {
    url: url.href,
    headers: { ...headers },
    compression: compression as NonNullable<SdkOptions['compression']>,
    userAgent,
    // Ours to close: the SDK's transport never does.
    httpAgentOptions: () => agent,
  };
  return (timeoutMs) =>
    withoutOtlpEnvironment(() => new OTLPMetricExporter({ ...options, timeoutMillis: timeoutMs }));
}

/**
 * The SDK's constructors merge OTEL_EXPORTER_OTLP_HEADERS into every exporter, whatever its host: one backend's key
 * would reach all others. They read the environment in the constructor only (otlp-exporter-base 0.223,
 * otlp-node-http-env-configuration.js), so it is enough to hide the variables there.
 */
function withoutOtlpEnvironment<T>(construct: () => T): T {
  const hidden = Object.entries(process.env).filter(([name]) => name.startsWith('OTEL_EXPORTER_OTLP_'));
  for (const [name] of hidden) delete process.env[name];
  try {
    return construct();
  } finally {
    for (const [name, value] of hidden) process.env[name] = value;
  }
}
