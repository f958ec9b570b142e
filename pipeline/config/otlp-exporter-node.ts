import { mappingNode, scalarNode, type MappingNode, type Node } from './node.ts';
import type { FromVariable, OtlpEnvironment } from './otel-env.ts';

/**
 * The configuration of an exporter `otlphttp` that the OTEL_EXPORTER_OTLP_* variables describe; undefined where they
 * name no endpoint.
 */
export function otlpExporterNode(otlp: OtlpEnvironment): MappingNode | undefined {
  const { metricsUrl } = otlp;
  if (metricsUrl === undefined) return undefined;
  const location = { source: metricsUrl.variable };
  const files = present({ ca_file: otlp.caFile, cert_file: otlp.certFile, key_file: otlp.keyFile });
  const settings = present({
    metrics_endpoint: metricsUrl,
    encoding: otlp.encoding,
    compression: otlp.compression,
    timeout: otlp.timeoutMs && { ...otlp.timeoutMs, value: `${otlp.timeoutMs.value}ms` },
    temporality: otlp.temporality,
  });
  const headers = otlp.headers === undefined ? {} : { headers: headersNode(otlp.headers) };
  const tls = Object.keys(files).length === 0 ? {} : { tls: mappingNode(files, location) };
  return mappingNode({ ...settings, ...headers, ...tls }, location);
}

/** Not plain: the text is the value, also where it looks like nothing. */
const verbatim = (text: string, variable: string): Node => scalarNode(text, { source: variable }, false);

function present(values: Readonly<Record<string, FromVariable<string> | undefined>>): Record<string, Node> {
  const nodes = Object.entries(values).flatMap(([key, from]) =>
    from === undefined ? [] : [[key, verbatim(from.value, from.variable)] as const],
  );
  return Object.fromEntries(nodes);
}

function headersNode({ value, variable }: FromVariable<Readonly<Record<string, string>>>): MappingNode {
  const entries = Object.entries(value).map(([name, text]) => [name, verbatim(text, variable)] as const);
  return mappingNode(Object.fromEntries(entries), { source: variable });
}
