import type { HttpAnswer } from './http-client.ts';

/** Why a push failed: a few words for people, what to do, and a type for metrics. */
export interface Failure {
  /** Few values: an HTTP status, an errno, `timeout`. The attribute `error.type`. */
  readonly errorType: string;
  /** `HTTP 401 Unauthorized: invalid token` */
  readonly reason: string;
  /** What to do about it, where that can be said. */
  readonly hint?: string;
}

export function timeoutFailure(timeoutMs: number): Failure {
  return {
    errorType: 'timeout',
    reason: `no answer within ${timeoutMs} ms`,
    hint: 'check that the backend is reachable and fast enough, or raise timeout',
  };
}

/** Of a request that got no answer, or only a part of one. */
export function networkFailure(error: unknown, url: URL): Failure {
  const { name, message, code } = read(error);
  if (code === undefined) return { errorType: name, reason: message };
  const hint = networkHint(code, message, url);
  const reason = message === '' ? code : (opensslReason(message) ?? message);
  return { errorType: code, reason, ...(hint === undefined ? {} : { hint }) };
}

interface ErrorParts {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
}

function read(error: unknown): ErrorParts {
  if (!(error instanceof Error)) return { name: 'unknown', message: String(error), code: undefined };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  // An address with several families fails with an AggregateError that has no message of its own.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const message = error.message === '' && inner instanceof Error ? inner.message : error.message;
  return { name: error.name, message, code };
}

/** Of an answer that is no success. */
export function httpFailure({ status, statusText, location, body }: HttpAnswer, url: URL): Failure {
  const said = printable(body);
  const reason = `HTTP ${status} ${statusText}`.trim() + (said === '' ? '' : `: ${said}`);
  const hint = httpHint(status, location, url);
  return { errorType: String(status), reason, ...(hint === undefined ? {} : { hint }) };
}

/** What a person can read of an answer that may be text, JSON or a protobuf Status. */
function printable(body: Buffer): string {
  return body
    .toString('latin1')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 200);
}

function httpHint(status: number, location: string | undefined, url: URL): string | undefined {
  if (status >= 300 && status < 400) {
    return `redirects are followed within ${url.origin} only, for the headers' sake: set the endpoint to ${location ?? 'where it leads'}`;
  }
  switch (status) {
    case 401:
    case 403:
      return 'check headers: the backend does not accept these credentials';
    case 404:
    case 405:
      return `check the path ${url.pathname}: endpoint gets /v1/metrics added, metrics_endpoint is taken as it is`;
    case 413:
      return 'the backend takes less than a request can be cut to: raise its limit';
    case 415:
      return 'try the other encoding (proto, json)';
    case 429:
      return 'the backend takes less than it is sent: raise interval';
    default:
      return undefined;
  }
}

const untrusted =
  "the server's certificate is signed by an authority that is not trusted here: set tls.ca_file to that authority";

const networkHints: Readonly<Record<string, (url: URL) => string>> = {
  ECONNREFUSED: ({ host }) => `nothing listens at ${host}: check host and port`,
  ENOTFOUND: ({ hostname }) => `check the name ${hostname}`,
  EAI_AGAIN: ({ hostname }) => `the name server does not answer for ${hostname}`,
  ECONNRESET: () => 'the other side closed the connection: does it expect https?',
  DEPTH_ZERO_SELF_SIGNED_CERT: () => untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: () => untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: () => untrusted,
  UNABLE_TO_GET_ISSUER_CERT: () => untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: () => untrusted,
  CERT_HAS_EXPIRED: () => "the server's certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: ({ hostname }) => `the server's certificate is not for ${hostname}`,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: () =>
    'the server asks for a client certificate: set tls.cert_file and tls.key_file',
};

function networkHint(code: string, message: string, url: URL): string | undefined {
  if (code.startsWith('HPE_')) return 'the server does not speak plain HTTP there: https instead of http?';
  if (/wrong version number/i.test(message))
    return 'the server does not speak TLS there: http instead of https?';
  return networkHints[code]?.(url);
}

/** `…:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/…` */
function opensslReason(message: string): string | undefined {
  const reason = /:SSL routines:[^:]*:([^:]+)/.exec(message)?.[1];
  return reason === undefined ? undefined : `TLS: ${reason}`;
}
