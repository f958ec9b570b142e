import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { watchFile } from './watched-file.ts';

/** What to show a server, and what to believe it by. The same object as long as nothing of it changed. */
export interface Credentials {
  readonly token: string | undefined;
  readonly tls: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
}

/** A way to an API server. */
export interface ApiAccess {
  /** With a path where the API is not at the root. */
  readonly server: URL;
  /**
   * As they are now: files that were replaced are read again.
   * @throws where they cannot be read
   */
  credentials(): Promise<Credentials>;
  /** The server refused them: reads them again the next time. */
  refused(): void;
}

/** Where Kubernetes puts a pod's service account. */
const serviceAccountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

export interface InClusterOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder?: string;
  readonly onReload: () => void;
}

/** The access of the pod that we run in; undefined where it is none, or has no service account. */
export function inClusterAccess({
  env,
  folder = serviceAccountPath,
  onReload,
}: InClusterOptions): ApiAccess | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (host === undefined || host === '' || !existsSync(join(folder, 'token'))) return undefined;
  const token = watchFile(join(folder, 'token'), onReload);
  const ca = watchFile(join(folder, 'ca.crt'), onReload);
  let latest: Credentials | undefined;
  return {
    server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    async credentials() {
      const [tokenText, caText] = [(await token.read()).trim(), await ca.read()];
      if (latest?.token !== tokenText || latest.tls.ca !== caText) {
        latest = { token: tokenText, tls: { ca: caText } };
      }
      return latest;
    },
    refused() {
      token.forget();
      ca.forget();
    },
  };
}
