import {
  checked,
  durationMs,
  field,
  mapOf,
  object,
  oneOf,
  optional,
  refine,
  secret,
  string,
  type Infer,
} from '../../../config/schema.ts';
import { hashProblem, userNameProblem } from './users-file.ts';

/** How the endpoint is secured: the keys are those of the Collector's confighttp and of Prometheus' own web configuration. */

const reloadInterval = field(
  durationMs({ min: 1_000 }),
  10_000,
  'How often the files are looked at. New ones are taken over while the collector runs; where they are wrong, the old go on.',
);

export const serverTls = refine(
  refine(
    object(
      {
        cert_file: field(
          optional(string()),
          undefined,
          'PEM file with the certificate and those between it and its authority. With it the endpoint is https.',
        ),
        key_file: field(optional(string()), undefined, "PEM file with the certificate's key."),
        client_ca_file: field(
          optional(string()),
          undefined,
          'PEM file with authorities: only clients with a certificate of theirs get a connection, health checks too.',
        ),
        min_version: field(oneOf(['1.2', '1.3']), '1.2', 'The oldest version of TLS that is spoken.'),
        reload_interval: reloadInterval,
      },
      {
        client_ca_file_reload: 'every file is looked at each reload_interval: remove it',
        ca_file: 'the authorities of clients are in client_ca_file',
      },
    ),
    ['cert_file', 'key_file'],
    ({ cert_file, key_file }) =>
      (cert_file === undefined) === (key_file === undefined)
        ? undefined
        : `${cert_file === undefined ? 'cert_file' : 'key_file'} is missing: cert_file and key_file go together`,
  ),
  ['client_ca_file', 'cert_file'],
  ({ client_ca_file, cert_file }) =>
    client_ca_file === undefined || cert_file !== undefined
      ? undefined
      : 'client certificates need TLS: set cert_file and key_file',
);

const users = checked(
  mapOf(
    checked(secret(), (value) => {
      const problem = hashProblem(value);
      return problem === undefined ? undefined : `${problem} (htpasswd -nBC 10 NAME makes one)`;
    }),
  ),
  (values) =>
    Object.keys(values)
      .map(userNameProblem)
      .find((problem) => problem !== undefined),
);

export const serverAuth = object(
  {
    basic_users: field(users, {}, 'Basic authentication: bcrypt hashes of the passwords by user.'),
    basic_users_file: field(
      optional(string()),
      undefined,
      'The same from a file, `name:hash` a line, as `htpasswd -B` writes it.',
    ),
    bearer_token_file: field(
      optional(string()),
      undefined,
      'File with bearer tokens, one a line: the old and the new one while they are exchanged.',
    ),
    reload_interval: reloadInterval,
  },
  {
    authenticator: 'write users or tokens here: basic_users, basic_users_file, bearer_token_file',
    basic_auth_users: 'it is called basic_users here',
    htpasswd: 'it is called basic_users_file here',
  },
);

export type ServerTlsConfig = Infer<typeof serverTls>;
export type ServerAuthConfig = Infer<typeof serverAuth>;
