import type { Schema } from './schema.ts';
import { hiddenSecret, scalar } from './scalars.ts';

export interface HostPort {
  /** Without brackets; empty for every interface. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

const hostPortPattern = /^(?:\[([0-9a-fA-F:.]+(?:%\w+)?)\]|([^\s:[\]/@]*)):(\d{1,5})$/;

export function parseHostPort(text: string): HostPort | undefined {
  const match = hostPortPattern.exec(text);
  if (match === null) return undefined;
  const port = Number(match[3]);
  return port > 65_535 ? undefined : { host: match[1] ?? match[2] ?? '', port };
}

export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Where to listen: `0.0.0.0:8090`, `[::1]:8090`, `localhost:8090`, `:8090`. */
export const hostPort = (): Schema<HostPort> =>
  scalar({
    type: 'host:port',
    expected: 'a host and a port like 0.0.0.0:8090 or [::1]:8090',
    read: ({ text }) => parseHostPort(text),
    show: formatHostPort,
  });

const schemePattern = /^https?:\/\//i;

/** Where to send: an http or https URL, as written. What may be a secret in it is hidden when printed. */
export const httpUrl = (): Schema<string> =>
  scalar({
    type: 'URL',
    expected: 'an http or https URL like https://otlp.example.com:4318',
    read: ({ text }) => (schemePattern.test(text) && URL.canParse(text) ? text : undefined),
    hint: (node) =>
      node.kind === 'scalar' && node.written === undefined && parseHostPort(node.text)?.host
        ? `: did you mean http://${node.text}?`
        : '',
    // Tokens stand before the host, or in the query.
    show: (value) =>
      value
        .replace(/^([a-z]+:\/\/)[^/?#]*@/i, `$1${hiddenSecret}@`)
        .replaceAll(/([?&][^=&#]*=)[^&#]+/g, `$1${hiddenSecret}`),
  });
