import { readFileSync } from 'node:fs';
import { fileReason } from '../../file-reason.ts';
import { crypto, tls } from '../../node-modules.ts';
import type { OtlpHttpTlsConfig } from './config.ts';

/** What a TLS agent is made with. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly rejectUnauthorized: boolean;
}

/**
 * Reads the files that the configuration names, and has OpenSSL look at them.
 * @throws Error that names the key, the file and what is wrong
 */
export function loadTlsMaterial(config: OtlpHttpTlsConfig): TlsMaterial {
  const ca = readPem('tls.ca_file', config.ca_file);
  const cert = readPem('tls.cert_file', config.cert_file);
  const key = readPem('tls.key_file', config.key_file);
  // A secure context takes any bytes for authorities, and then trusts nobody.
  if (ca !== undefined) tryOut(`tls.ca_file ${config.ca_file}`, () => new (crypto().X509Certificate)(ca));
  if (cert !== undefined)
    tryOut(`tls.cert_file ${config.cert_file}`, () => tls().createSecureContext({ cert }));
  if (key !== undefined) tryOut(`tls.key_file ${config.key_file}`, () => tls().createSecureContext({ key }));
  if (cert !== undefined && key !== undefined) {
    const both = `tls.key_file ${config.key_file} with tls.cert_file ${config.cert_file}`;
    tryOut(both, () => tls().createSecureContext({ cert, key }));
  }
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    rejectUnauthorized: !config.insecure_skip_verify,
  };
}

function readPem(name: string, path: string | undefined): Buffer | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`cannot read ${name} ${path}: ${fileReason(error)}`, { cause: error });
  }
}

function tryOut(what: string, use: () => unknown): void {
  try {
    use();
  } catch (error) {
    throw new Error(`cannot use ${what}: ${(error as Error).message} (expected PEM)`, { cause: error });
  }
}
