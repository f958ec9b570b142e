import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { expect } from 'chai';
import { defaultsOf } from '../../../../../pipeline/config/schemas/object.ts';
import {
  serverTls,
  type ServerTlsConfig,
} from '../../../../../pipeline/exporters/prometheus/endpoint/config.ts';
import { eventually } from '../../../../fixtures/eventually.ts';
import { createCertificates, type Certificates, type KeyPair } from '../../../../fixtures/tls.ts';
import { exporterOf, serving, type Serving } from '../served.ts';

describe('an endpoint with TLS', () => {
  let certificates: Certificates;
  let others: Certificates;
  before(() => {
    certificates = createCertificates();
    others = createCertificates();
  });
  after(() => {
    certificates.remove();
    others.remove();
  });

  const tlsOf = (more: Partial<ServerTlsConfig> = {}): ServerTlsConfig => ({
    ...defaultsOf(serverTls),
    cert_file: certificates.server.certFile,
    key_file: certificates.server.keyFile,
    ...more,
  });

  /** The status that a client gets, or why it gets none. */
  function ask(
    { address }: Serving,
    options: ConnectionOptions = {},
    path = '/metrics',
  ): Promise<number | string> {
    return new Promise((resolve) => {
      const { address: host, port } = address;
      request({ host, port, path, agent: false, ca: certificates.authority.cert, ...options }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      })
        .on('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message))
        .end();
    });
  }
  const withPair = ({ cert, key }: KeyPair): ConnectionOptions => ({ cert, key });

  it('serves those who trust its authority, and says so', () =>
    serving({ config: { tls: tlsOf() } }, async (server) => {
      expect(await ask(server)).to.equal(200);
      expect(await ask(server, { ca: others.authority.cert })).to.match(/SELF_SIGNED|UNABLE_TO_/);
      expect(server.log[0]).to.include({ msg: 'listening', scheme: 'https' });
    }));

  it('speaks no older version than it is told', () =>
    serving({ config: { tls: tlsOf({ min_version: '1.3' }) } }, async (server) => {
      expect(await ask(server, { maxVersion: 'TLSv1.2' })).to.match(/EPROTO/);
      expect(await ask(server, { minVersion: 'TLSv1.3' })).to.equal(200);
    }));

  it('has no ear for plain HTTP', () =>
    serving({ config: { tls: tlsOf() } }, async (server) => {
      const socket = connectPlain(server.address.port, server.address.address);
      socket.on('error', () => undefined).resume();
      socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
      await once(socket, 'close');
      expect(await ask(server)).to.equal(200);
    }));

  it('ends what is under way and what is silent when it is shut down', async () => {
    const { exporter } = exporterOf({ config: { tls: tlsOf() } });
    await exporter.start();
    const { port } = exporter.address()!;
    const silent = connectPlain(port, '127.0.0.1')
      .on('error', () => undefined)
      .resume();
    const kept = connect({ port, host: '127.0.0.1', ca: certificates.authority.cert }).on(
      'error',
      () => undefined,
    );
    kept.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(kept, 'data');
    const ended = [once(silent, 'close'), once(kept, 'close')];
    await exporter.shutdown(60_000);
    await Promise.all(ended);
  });

  describe('that asks clients for certificates', () => {
    const mutual = () => tlsOf({ client_ca_file: certificates.authority.certFile });

    it('serves those that its authority signed', () =>
      serving({ config: { tls: mutual() } }, async (server) => {
        expect(await ask(server, withPair(certificates.client))).to.equal(200);
      }));

    it('gives no connection to others, with or without a certificate, for no path', () =>
      serving({ config: { tls: mutual() } }, async (server) => {
        for (const path of ['/metrics', '/', '/healthz']) {
          expect(await ask(server, {}, path)).to.match(/CERTIFICATE_REQUIRED|ECONNRESET|EPIPE/);
          expect(await ask(server, withPair(others.client), path)).to.match(/UNKNOWN_CA|ECONNRESET|EPIPE/);
        }
      }));

    it('gives none to a session that is resumed without one', () =>
      serving({ config: { tls: mutual() } }, async (server) => {
        const { port } = server.address;
        const sessions: Buffer[] = [];
        const stranger = async (session?: Buffer): Promise<string> => {
          const socket: TLSSocket = connect({
            port,
            host: '127.0.0.1',
            ca: certificates.authority.cert,
            ...(session === undefined ? {} : { session }),
          });
          const received: Buffer[] = [];
          socket.on('session', (each) => sessions.push(each)).on('error', () => undefined);
          socket.on('data', (chunk: Buffer) => received.push(chunk));
          socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
          await new Promise((resolve) => socket.once('close', resolve));
          return Buffer.concat(received).toString();
        };
        expect(await stranger()).to.equal('');
        for (const session of sessions) expect(await stranger(session)).to.equal('');
      }));
  });

  describe('whose files change', () => {
    const file = (name: string, content: Buffer) => certificates.write(name, content.toString());
    /** At once: a file that is written in place is empty for a moment, and may be looked at in that moment. */
    const replace = (path: string | undefined, content: Buffer | string): void => {
      writeFileSync(`${path}.new`, content);
      renameSync(`${path}.new`, path!);
    };
    const rotating = (): ServerTlsConfig =>
      tlsOf({
        cert_file: file('rotating.crt', certificates.server.cert),
        key_file: file('rotating.key', certificates.server.key),
        client_ca_file: file('rotating-ca.crt', certificates.authority.cert),
        reload_interval: 20,
      });
    const byOld = () => ({ ca: certificates.authority.cert, ...withPair(certificates.client) });
    const byNew = () => ({ ca: others.authority.cert, ...withPair(others.client) });

    it('goes over to the new certificate and the new authority', () => {
      const tls = rotating();
      return serving({ config: { tls } }, async (server) => {
        expect(await ask(server, byOld())).to.equal(200);
        replace(tls.client_ca_file, others.authority.cert);
        replace(tls.key_file, others.server.key);
        replace(tls.cert_file, others.server.cert);
        await eventually(
          'the answer',
          () => ask(server, byNew()),
          (answer) => answer === 200,
        );
        expect(await ask(server, { ...byOld(), ca: others.authority.cert })).to.not.equal(200);
        expect(await ask(server, byOld())).to.not.equal(200);
      });
    });

    it('goes on with no session of a client whose authority went', () => {
      const tls = rotating();
      return serving({ config: { tls } }, async (server) => {
        const answered = async (session?: Buffer): Promise<{ text: string; session: Buffer | undefined }> => {
          let latest: Buffer | undefined;
          let text = '';
          const socket = connect({
            port: server.address.port,
            host: '127.0.0.1',
            ...byOld(),
            ...(session === undefined ? {} : { session }),
          });
          socket.on('session', (each) => (latest = each)).on('error', () => undefined);
          socket.on('data', (chunk) => (text += String(chunk)));
          socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
          await new Promise((resolve) => socket.once('close', resolve));
          return { text, session: latest };
        };
        const { session } = await answered();
        expect(session).to.be.instanceOf(Buffer);
        expect((await answered(session)).text).to.match(/^HTTP\/1\.1 200 /);
        replace(tls.client_ca_file, others.authority.cert);
        await eventually(
          'the end of the log',
          () => server.log.at(-1)?.msg,
          (message) => message === 'took over a new certificate',
        );
        expect((await answered(session)).text).to.equal('');
      });
    });

    it('has those ask anew who are connected', () => {
      const tls = rotating();
      return serving({ config: { tls } }, async (server) => {
        const kept = connect({ port: server.address.port, host: '127.0.0.1', ...byOld() });
        kept.on('error', () => undefined);
        kept.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
        await once(kept, 'data');
        replace(tls.client_ca_file, others.authority.cert);
        await once(kept.resume(), 'close');
      });
    });

    it('keeps the old ones while the new are wrong, says so once, and counts', () => {
      const tls = rotating();
      return serving({ config: { tls } }, async (server) => {
        const said = () => server.log.filter(({ level }) => level === 'warn').map(({ error }) => error);
        // Half of the pair.
        replace(tls.cert_file, others.server.cert);
        await eventually('what is said', said, (lines) => lines.length === 1);
        expect(said()[0]).to.match(
          /^cannot use tls.key_file .* with tls.cert_file .*: .*key values mismatch/,
        );
        replace(tls.cert_file, 'garbage');
        await eventually('what is said', said, (lines) => lines.length === 2);
        expect(await ask(server, byOld())).to.equal(200);
        replace(tls.cert_file, certificates.server.cert);
        await eventually(
          'the end of the log',
          () => server.log.at(-1)?.msg,
          (message) => message === 'took over a new certificate',
        );
        const reloaded = (await server.own()).filter(
          ({ name }) => name === 'ebs.collector.credentials.reloaded',
        );
        expect(
          reloaded.map(({ attributes, value }) => [attributes['error.type'], value]),
        ).to.have.deep.members([
          ['invalid', 2],
          [undefined, 1],
        ]);
      });
    });
  });

  it('does not start with files that are wrong, and says which and why', () => {
    const wrong: readonly (readonly [Partial<ServerTlsConfig>, RegExp])[] = [
      [{ cert_file: '/no/such/file' }, /^cannot read tls.cert_file \/no\/such\/file: no such file$/],
      [{ key_file: certificates.server.certFile }, /^cannot use tls.key_file .*server.crt: /],
      [
        { key_file: certificates.client.keyFile },
        /^cannot use tls.key_file .* with tls.cert_file .*mismatch/,
      ],
      [{ client_ca_file: certificates.server.keyFile }, /^cannot use tls.client_ca_file /],
    ];
    for (const [files, message] of wrong) {
      expect(() => exporterOf({ config: { tls: tlsOf(files) } })).to.throw(message);
    }
  });
});
