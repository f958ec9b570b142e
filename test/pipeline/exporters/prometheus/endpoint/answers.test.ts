import { hash as bcryptHash } from 'bcryptjs';
import { connect } from 'node:net';
import { expect } from 'chai';
import { securityHeaders } from '../../../../../pipeline/exporters/prometheus/endpoint/security-headers.ts';
import { serving, type Serving } from '../served.ts';

/** Sends bytes on a connection of their own, and gives what came back until it was closed. */
function raw({ address }: Serving, text: string): Promise<string> {
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket = connect(address.port, address.address);
    socket.on('data', (chunk) => received.push(chunk));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(Buffer.concat(received).toString('latin1')));
    socket.write(text, 'latin1');
  });
}

const statusOf = (answer: string): string => /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? '';
const close = 'Connection: close\r\n';

/** Requests, and the status that is their answer. */
const odd: readonly (readonly [string, string, string])[] = [
  ['HTTP/1.0', 'GET /healthz HTTP/1.0\r\n\r\n', '200'],
  ['no Host', `GET /healthz HTTP/1.1\r\n${close}\r\n`, '400'],
  ['two Hosts', `GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n${close}\r\n`, '400'],
  ['no HTTP', 'hello\r\n\r\n', '400'],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400'],
  ['another HTTP', 'GET / HTTP/3.7\r\n\r\n', '400'],
  ['a line end without CR', 'GET / HTTP/1.1\nHost: a\n\n', '400'],
  ['NUL in a header', 'GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n', '400'],
  ['a header that goes on in the next line', 'GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n', '400'],
  ['a space before the colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', '400'],
  ['two lengths', 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', '400'],
  ['a length below zero', 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', '400'],
  [
    'a length and chunks',
    'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    '400',
  ],
  ['chunks', 'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', '413'],
  ['a body', 'GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello', '413'],
  ['a body to come', 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n', '413'],
  ['a length of nothing', `GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n${close}\r\n`, '200'],
  ['another expectation', `GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n${close}\r\n`, '200'],
  ['headers of 9 KB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(9_000)}\r\n\r\n`, '431'],
  ['a path of 9 KB', `GET /${'x'.repeat(9_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, '431'],
  ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n', '405'],
  [
    'another protocol',
    'GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n',
    '200',
  ],
  ['TRACE', `TRACE / HTTP/1.1\r\nHost: a\r\n${close}\r\n`, '405'],
  ['another method', `PURGE /metrics HTTP/1.1\r\nHost: a\r\n${close}\r\n`, '405'],
  ['a path out of the tree', `GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n${close}\r\n`, '404'],
];

describe('what the endpoint answers', () => {
  for (const [what, request, status] of odd) {
    it(`${status} to ${what}, with its security headers, and goes on`, () =>
      serving({}, async (server) => {
        const answer = await raw(server, request);
        expect(statusOf(answer)).to.equal(status);
        for (const [name, value] of Object.entries(securityHeaders)) {
          if (name !== 'Content-Security-Policy') expect(answer).to.contain(`\r\n${name}: ${value}\r\n`);
        }
        expect(answer).to.contain("\r\nContent-Security-Policy: default-src 'none'; ");
        expect(answer).not.to.match(/^(?:Server|X-Powered-By):/im);
        expect((await server.ask('/healthz')).status).to.equal(200);
      }));
  }

  it('nothing to a body whose end nobody can know, and ends the connection', () =>
    serving({}, async (server) => {
      const request =
        'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\nGET /metrics HTTP/1.1\r\nHost: a\r\n\r\n';
      expect(await raw(server, request)).to.equal('');
      expect((await server.ask('/healthz')).status).to.equal(200);
    }));

  it('once to a request and the garbage after it', () =>
    serving({}, async (server) => {
      const answer = await raw(server, 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGARBAGE\r\n\r\n');
      expect(statusOf(answer)).to.be.oneOf(['200', '400', '']);
      expect((answer.match(/^HTTP\/1\.1/gm) ?? []).length).to.be.at.most(2);
    }));

  it('and counts who was turned away, by why', () =>
    serving({}, async (server) => {
      await raw(server, 'hello\r\n\r\n');
      await raw(server, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(9_000)}\r\n\r\n`);
      const refused = (await server.own())
        .filter(({ name }) => name === 'ebs.collector.endpoint.refused')
        .map(({ attributes, value }) => [attributes['otel.component.name'], attributes['error.type'], value]);
      expect(refused).to.have.deep.members([
        ['prometheus', 'malformed', 1],
        ['prometheus', 'oversized', 1],
      ]);
    }));
});

describe('an endpoint with users', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  let auth: { basic_users: Record<string, string>; reload_interval: number } & Record<string, unknown>;
  before(async () => {
    auth = {
      basic_users: { prometheus: await bcryptHash('s3cret', 4) },
      basic_users_file: undefined,
      bearer_token_file: undefined,
      reload_interval: 10_000,
    };
  });
  const guarded = <T>(test: (server: Serving) => Promise<T>, given: Parameters<typeof serving>[0] = {}) =>
    serving(
      {
        ...given,
        config: {
          auth: { basic_users_file: undefined, bearer_token_file: undefined, ...auth },
        },
      },
      test,
    );

  it('answers those who know the password', () =>
    guarded(async ({ ask }) => {
      for (const path of ['/metrics', '/']) {
        const { status } = await ask(path, { headers: { authorization: basic('prometheus:s3cret') } });
        expect(status, path).to.equal(200);
      }
    }));

  it('asks the others for credentials, and tells them nothing else', () =>
    guarded(async ({ ask }) => {
      for (const path of ['/metrics', '/', '/no-such-path']) {
        for (const authorization of [
          undefined,
          basic('prometheus:guess'),
          basic('nobody:s3cret'),
          'Bearer x',
        ]) {
          const { status, headers, text } = await ask(path, {
            headers: authorization === undefined ? {} : { authorization },
          });
          expect([status, text]).to.deep.equal([401, 'credentials are needed\n']);
          expect(headers['www-authenticate']).to.equal('Basic realm="ebs-nvme-collector", charset="UTF-8"');
        }
      }
    }));

  it('says to probes whether it is well, and not why it is not', () => {
    let ready = false;
    return guarded(
      async ({ ask }) => {
        expect(await ask('/healthz')).to.include({ status: 200, text: 'ok\n' });
        expect(await ask('/readyz')).to.include({ status: 503, text: 'not ready\n' });
        ready = true;
        expect(await ask('/readyz')).to.include({ status: 200, text: 'ok\n' });
      },
      { health: () => ({ ready, reasons: ready ? [] : ['exporter otlphttp/internal-name: 503'] }) },
    );
  });

  it('shows what a Prometheus must be told', () =>
    guarded(async ({ ask }) => {
      const { text } = await ask('/', { headers: { authorization: basic('prometheus:s3cret') } });
      expect(text).to.contain('\n    basic_auth: { username: …, password_file: … }\n');
    }));

  it('lets nobody try passwords as fast as they like', () =>
    guarded(async ({ ask }) => {
      const attempts = await Promise.all(
        Array.from({ length: 20 }, (_, number) =>
          ask('/metrics', { headers: { authorization: basic(`prometheus:guess${number}`) } }),
        ),
      );
      const statuses = attempts.map(({ status }) => status);
      expect(new Set(statuses)).to.deep.equal(new Set([401, 429]));
      const refused = attempts.find(({ status }) => status === 429);
      expect(refused?.headers['retry-after']).to.equal('1');
    }));
});
