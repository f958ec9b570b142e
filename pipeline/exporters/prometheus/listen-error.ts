export const listenErrorCodes = ['port_taken', 'permission_denied', 'bad_address', 'cannot_listen'] as const;
export type ListenErrorCode = (typeof listenErrorCodes)[number];

/** The server cannot listen where it was told to, and never will. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: ListenErrorCode;

  constructor(code: ListenErrorCode, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** `0.0.0.0:8090`, `[::1]:8090` */
export function endpointText({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function explained(
  errno: string | undefined,
  { host, port }: Endpoint,
  setting: string,
): [ListenErrorCode, string] {
  switch (errno) {
    case 'EADDRINUSE':
      return ['port_taken', `the port is taken (another collector? set ${setting})`];
    case 'EACCES':
    case 'EPERM':
      return ['permission_denied', `permission denied (port ${port} may need root; set ${setting})`];
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
      return ['bad_address', `this machine has no such address (set ${setting})`];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return ['bad_address', `${host} is no address and names none (set ${setting})`];
    default:
      return ['cannot_listen', `${errno ?? 'unknown reason'} (see ${setting})`];
  }
}

/** @param setting the configuration's key, for what to do */
export function listenError(error: NodeJS.ErrnoException, endpoint: Endpoint, setting: string): ListenError {
  const [code, reason] = explained(error.code, endpoint, setting);
  return new ListenError(code, `cannot listen on ${endpointText(endpoint)}: ${reason}`, error);
}
