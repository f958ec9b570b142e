import type { Environment } from './expand.ts';
import type { Problem } from './problem.ts';

/**
 * The standard variables of OpenTelemetry that mean something to a collector of metrics.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */

/** A value, and the variable it came from. */
export interface FromVariable<T> {
  readonly value: T;
  readonly variable: string;
}

/** How to reach one OTLP backend. What is undefined was not set. */
export interface OtlpEnvironment {
  /** The full URL for metrics. */
  readonly metricsUrl: FromVariable<string> | undefined;
  readonly encoding: FromVariable<'proto' | 'json'> | undefined;
  readonly compression: FromVariable<'gzip' | 'none'> | undefined;
  readonly headers: FromVariable<Readonly<Record<string, string>>> | undefined;
  readonly timeoutMs: FromVariable<number> | undefined;
  readonly caFile: FromVariable<string> | undefined;
  readonly certFile: FromVariable<string> | undefined;
  readonly keyFile: FromVariable<string> | undefined;
  readonly temporality: FromVariable<'cumulative' | 'delta'> | undefined;
}

export interface OtelEnvironment {
  readonly otlp: OtlpEnvironment;
  readonly serviceName: string | undefined;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly metricExportIntervalMs: FromVariable<number> | undefined;
  /** About values that were ignored. They name the variable, never the value: headers hold secrets. */
  readonly warnings: readonly Problem[];
}

/** What a variable's text means, or what would be right. */
type Reading<T> = { readonly value: T } | { readonly expected: string };

const otlpPrefix = 'OTEL_EXPORTER_OTLP_';

export function readOtelEnvironment(env: Environment): OtelEnvironment {
  const warnings: Problem[] = [];
  const warn = (variable: string, message: string) =>
    warnings.push({ location: { source: variable }, message });

  /** The first of these variables that is set; an empty one is not, says the specification. */
  function first<T>(
    variables: readonly string[],
    read: (text: string) => Reading<T>,
  ): FromVariable<T> | undefined {
    for (const variable of variables) {
      const text = env[variable]?.trim() ?? '';
      if (text === '') continue;
      const reading = read(text);
      if ('value' in reading) return { value: reading.value, variable };
      warn(variable, `ignored: expected ${reading.expected}`);
    }
    return undefined;
  }
  const forMetrics = <T>(suffix: string, read: (text: string) => Reading<T>): FromVariable<T> | undefined =>
    first([`${otlpPrefix}METRICS_${suffix}`, `${otlpPrefix}${suffix}`], read);

  const protocol = forMetrics(
    'PROTOCOL',
    word({ 'http/protobuf': 'proto', 'http/json': 'json', grpc: 'grpc' }),
  );
  if (protocol?.value === 'grpc') warn(protocol.variable, 'grpc is not supported: using http/protobuf');
  const encoding =
    protocol === undefined
      ? undefined
      : ({ ...protocol, value: protocol.value === 'json' ? 'json' : 'proto' } as const);

  const preference = first(
    [`${otlpPrefix}METRICS_TEMPORALITY_PREFERENCE`],
    word({ cumulative: 'cumulative', delta: 'delta', lowmemory: 'lowmemory' }),
  );
  // It asks for whatever needs no memory: of counters that somebody else keeps, as drives do, that is the value as it is.
  if (preference?.value === 'lowmemory') {
    warn(preference.variable, 'lowmemory is taken for cumulative, which remembers nothing here');
  }
  const temporality =
    preference === undefined
      ? undefined
      : ({ ...preference, value: preference.value === 'delta' ? 'delta' : 'cumulative' } as const);

  return {
    otlp: {
      metricsUrl:
        first([`${otlpPrefix}METRICS_ENDPOINT`], (text) => url(text, (given) => given)) ??
        first([`${otlpPrefix}ENDPOINT`], (text) => url(text, withMetricsPath)),
      encoding,
      compression: forMetrics('COMPRESSION', word({ gzip: 'gzip', none: 'none' })),
      headers: forMetrics('HEADERS', pairs),
      timeoutMs: forMetrics('TIMEOUT', milliseconds),
      caFile: forMetrics('CERTIFICATE', file),
      certFile: forMetrics('CLIENT_CERTIFICATE', file),
      keyFile: forMetrics('CLIENT_KEY', file),
      temporality,
    },
    serviceName: first(['OTEL_SERVICE_NAME'], file)?.value,
    resourceAttributes: first(['OTEL_RESOURCE_ATTRIBUTES'], pairs)?.value ?? {},
    metricExportIntervalMs: first(['OTEL_METRIC_EXPORT_INTERVAL'], milliseconds),
    warnings,
  };
}

/**
 * Takes the OTLP variables out of an environment. The SDK's exporters merge them into every instance, whatever its
 * host: left in place, one backend's key would be sent to another. Call it before any exporter is made.
 */
export function consumeOtlpVariables(env: Record<string, string | undefined>): void {
  for (const name of Object.keys(env)) if (name.startsWith(otlpPrefix)) delete env[name];
}

const file = (text: string): Reading<string> => ({ value: text });

function word<const T extends string>(meanings: Readonly<Record<string, T>>): (text: string) => Reading<T> {
  return (text) => {
    const lower = text.toLowerCase();
    const value = Object.hasOwn(meanings, lower) ? meanings[lower] : undefined;
    return value === undefined ? { expected: `one of ${Object.keys(meanings).join(', ')}` } : { value };
  };
}

function milliseconds(text: string): Reading<number> {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return value > 0 ? { value } : { expected: 'a number of milliseconds like 10000' };
}

function url(text: string, finish: (url: string) => string): Reading<string> {
  const valid = /^https?:\/\//i.test(text) && URL.canParse(text);
  return valid ? { value: finish(text) } : { expected: 'an http or https URL like http://127.0.0.1:4318' };
}

function withMetricsPath(base: string): string {
  const whole = new URL(base);
  whole.pathname = `${whole.pathname.replace(/\/+$/, '')}/v1/metrics`;
  return whole.href;
}

/** `key=value,key2=value2`, percent-encoded. One mistake and the whole variable is discarded, as the specification has it. */
function pairs(text: string): Reading<Readonly<Record<string, string>>> {
  const expected = 'key=value pairs with commas between them, percent-encoded';
  const entries: [string, string][] = [];
  for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
    const equals = pair.indexOf('=');
    const key = decode(pair.slice(0, Math.max(equals, 0)).trim());
    const value = decode(pair.slice(equals + 1).trim());
    if (key === undefined || key === '' || value === undefined) return { expected };
    entries.push([key, value]);
  }
  return { value: Object.fromEntries(entries) };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
