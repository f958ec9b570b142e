import type { ComponentContext } from '../../../component.ts';
import { unrefTimer } from '../../../timer.ts';
import type { PrometheusConfig } from '../config.ts';
import type { Answer } from '../routes.ts';
import { createAdmission } from './admission.ts';
import { certificateFiles, parseCertificate, type ServerCertificate } from './certificate.ts';
import { type Connections, createConnections } from './connections.ts';
import { configureCredentials } from './credentials.ts';
import { countEndpoint, type Refusal } from './endpoint-metrics.ts';
import { createGuard } from './guard.ts';
import { createReloading } from './reloading.ts';

/** What TLS is spoken with. */
export interface ServerTls {
  readonly certificate: ServerCertificate;
  readonly clientCertificates: boolean;
}

/** What stands between the network and the answers. */
export interface ProtectedEndpoint {
  readonly guard: (answer: Answer) => Answer;
  readonly connections: Connections;
  readonly refused: (why: Refusal) => void;
  /** Undefined where the endpoint speaks plain HTTP. */
  readonly tls: ServerTls | undefined;
  /** What a Prometheus must be told beside the address. */
  readonly scrapeLines: readonly string[];
  /** Follows the files from now on. */
  watch(certificateChanged: (certificate: ServerCertificate) => void): void;
  stop(): void;
}

const loopback = /^(?:127\.|::1$|localhost$)/;

function scrapeLinesOf({ tls, auth }: PrometheusConfig): readonly string[] {
  const basic = auth.basic_users_file !== undefined || Object.keys(auth.basic_users).length > 0;
  return [
    ...(tls.cert_file === undefined ? [] : ['scheme: https']),
    ...(tls.client_ca_file === undefined ? [] : ['tls_config: { cert_file: …, key_file: … }']),
    ...(basic ? ['basic_auth: { username: …, password_file: … }'] : []),
    ...(auth.bearer_token_file !== undefined && !basic ? ['authorization: { credentials_file: … }'] : []),
  ];
}

/** @throws CredentialError where a file that the configuration names cannot be used */
export function createEndpoint(
  config: PrometheusConfig,
  { id, logger, meter }: Pick<ComponentContext, 'id' | 'logger' | 'meter'>,
): ProtectedEndpoint {
  const { tls, auth, endpoint } = config;
  const { reloaded, refused } = countEndpoint(meter, id);
  const dependencies = { logger, setTimer: unrefTimer, nowMs: () => performance.now(), reloaded };
  let certificateChanged: (certificate: ServerCertificate) => void = () => undefined;

  const files = certificateFiles(tls);
  const certificate =
    files.length === 0
      ? undefined
      : createReloading({
          ...dependencies,
          what: 'certificate',
          files,
          parse: (contents) => parseCertificate(tls, contents),
          intervalMs: tls.reload_interval,
          changed: (value) => certificateChanged(value),
        });
  const { authenticator, files: credentialFiles } = configureCredentials(auth, dependencies);
  const reloading = [...(certificate === undefined ? [] : [certificate]), ...credentialFiles];
  if (authenticator !== undefined && certificate === undefined && !loopback.test(endpoint.host)) {
    logger.warn('passwords and tokens cross the network unencrypted; set tls');
  }

  const connections = createConnections(
    { maxConnections: config.max_connections, writeTimeoutMs: config.write_timeout },
    refused,
  );
  const admission = createAdmission(config.max_requests_in_flight);
  return {
    guard: createGuard({ authenticator, admission, connections, refused }),
    connections,
    refused,
    tls:
      certificate === undefined
        ? undefined
        : { certificate: certificate.current(), clientCertificates: tls.client_ca_file !== undefined },
    scrapeLines: scrapeLinesOf(config),
    watch(changed) {
      certificateChanged = changed;
      for (const each of reloading) each.watch();
    },
    stop() {
      for (const each of reloading) each.stop();
    },
  };
}
