import type { SecureContextOptions } from 'node:tls';
import { crypto, tls } from '../../../node-modules.ts';
import type { ServerTlsConfig } from './config.ts';
import { type Contents, type CredentialFile, use } from './credential-files.ts';

/** What the server presents, and whose certificates it takes from clients. */
export type ServerCertificate = Pick<SecureContextOptions, 'cert' | 'key' | 'ca' | 'minVersion'>;

/** Empty where there is no TLS. */
export function certificateFiles({
  cert_file,
  key_file,
  client_ca_file,
}: ServerTlsConfig): readonly CredentialFile[] {
  if (cert_file === undefined || key_file === undefined) return [];
  const pair = [
    { setting: 'tls.cert_file', path: cert_file },
    { setting: 'tls.key_file', path: key_file },
  ];
  return client_ca_file === undefined
    ? pair
    : [...pair, { setting: 'tls.client_ca_file', path: client_ca_file }];
}

/**
 * Has OpenSSL look at each file, and at whether they belong together: half of a pair that is being exchanged does not.
 * @throws CredentialError that names the file
 */
export function parseCertificate(
  { cert_file, key_file, client_ca_file, min_version }: ServerTlsConfig,
  [cert, key, ca]: Contents,
): ServerCertificate {
  use(`tls.cert_file ${cert_file}`, () => tls().createSecureContext({ cert }));
  use(`tls.key_file ${key_file}`, () => tls().createSecureContext({ key }));
  use(`tls.key_file ${key_file} with tls.cert_file ${cert_file}`, () =>
    tls().createSecureContext({ cert, key }),
  );
  // A secure context takes any bytes for authorities, and then trusts nobody.
  if (ca !== undefined) use(`tls.client_ca_file ${client_ca_file}`, () => new (crypto().X509Certificate)(ca));
  return {
    cert,
    key,
    minVersion: min_version === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
  };
}
