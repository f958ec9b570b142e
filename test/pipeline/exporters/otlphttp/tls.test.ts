import { chmodSync } from 'node:fs';
import { expect } from 'chai';
import type { OtlpHttpConfig } from '../../../../pipeline/exporters/otlphttp/config.ts';
import { loadTlsMaterial } from '../../../../pipeline/exporters/otlphttp/tls.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../../../fixtures/otlp-receiver.ts';
import { createCertificates, type Certificates } from '../../../fixtures/tls.ts';
import { defaults, startExporter, until, type Started } from './setup.ts';

type Tls = OtlpHttpConfig['tls'];
const tls = (config: Partial<Tls>): Tls => ({ ...defaults.tls, ...config });

describe('an otlphttp exporter over TLS', () => {
  let certificates: Certificates;
  let receiver: OtlpReceiver;
  let started: Started | undefined;
  before(() => (certificates = createCertificates()));
  after(() => certificates.remove());
  afterEach(async () => {
    await started?.exporter.shutdown(100);
    started = undefined;
    await receiver.close();
  });

  const serve = async (mutual: boolean): Promise<string> => {
    const { server, authority } = certificates;
    receiver = await startOtlpReceiver({
      cert: server.cert,
      key: server.key,
      ...(mutual ? { ca: authority.cert, requestCert: true, rejectUnauthorized: true } : {}),
    });
    return receiver.url;
  };
  const start = async (endpoint: string, config: Partial<Tls>): Promise<Started> =>
    (started = await startExporter({ endpoint, tls: tls(config) }));
  const trouble = async (exporter: Started): Promise<Record<string, unknown> | undefined> => {
    await until(() => exporter.exporter.notReady() !== undefined);
    return exporter.log.find(({ level }) => level === 'error');
  };

  it('trusts the authority it is given', async () => {
    await start(await serve(false), { ca_file: certificates.authority.certFile });
    expect((await receiver.push(1)).path).to.equal('/v1/metrics');
  });

  it('shows its client certificate', async () => {
    const { authority, client } = certificates;
    const files = { ca_file: authority.certFile, cert_file: client.certFile, key_file: client.keyFile };
    await start(await serve(true), files);
    expect((await receiver.push(1)).path).to.equal('/v1/metrics');
  });

  it('trusts no other authority, and says what to set', async () => {
    const line = await trouble(await start(await serve(false), {}));
    expect(line?.hint).to.contain('set tls.ca_file');
    expect(receiver.pushes).to.have.length(0);
  });

  it('says that a client certificate is asked for', async () => {
    const line = await trouble(await start(await serve(true), { ca_file: certificates.authority.certFile }));
    expect(line?.hint).to.contain('set tls.cert_file and tls.key_file');
  });

  it('checks no certificate where it is told so, and warns', async () => {
    const exporter = await start(await serve(false), { insecure_skip_verify: true });
    await receiver.push(1);
    expect(exporter.log.filter(({ level }) => level === 'warn')).to.have.length(1);
  });

  it('does not start with a file that is not there', async () => {
    const endpoint = await serve(false);
    const error: unknown = await start(endpoint, { ca_file: '/nowhere/ca.pem' }).catch(
      (reason: unknown) => reason,
    );
    expect(String(error)).to.equal('Error: cannot read tls.ca_file /nowhere/ca.pem: no such file');
  });
});

describe('TLS files', () => {
  let certificates: Certificates;
  before(() => (certificates = createCertificates()));
  after(() => certificates.remove());

  it('that are no PEM are refused, each by its key', () => {
    const garbage = certificates.write('garbage.pem', 'no certificate');
    const { client } = certificates;
    expect(() => loadTlsMaterial(tls({ ca_file: garbage }))).to.throw(`cannot use tls.ca_file ${garbage}: `);
    expect(() => loadTlsMaterial(tls({ cert_file: garbage, key_file: client.keyFile }))).to.throw(
      `cannot use tls.cert_file ${garbage}: `,
    );
    expect(() => loadTlsMaterial(tls({ cert_file: client.certFile, key_file: garbage }))).to.throw(
      `cannot use tls.key_file ${garbage}: `,
    );
  });

  it('that do not belong together are refused', () => {
    const { client, server } = certificates;
    expect(() => loadTlsMaterial(tls({ cert_file: client.certFile, key_file: server.keyFile }))).to.throw(
      `cannot use tls.key_file ${server.keyFile} with tls.cert_file ${client.certFile}: `,
    );
  });

  it('that are a directory are refused', () => {
    expect(() => loadTlsMaterial(tls({ ca_file: certificates.folder }))).to.throw(
      `cannot read tls.ca_file ${certificates.folder}: it is a directory`,
    );
  });

  it('that this user may not read are refused', () => {
    const file = certificates.write('secret.key', 'secret');
    chmodSync(file, 0);
    // Root may read everything, and then finds no PEM in it.
    expect(() => loadTlsMaterial(tls({ cert_file: certificates.client.certFile, key_file: file }))).to.throw(
      process.getuid?.() === 0
        ? `cannot use tls.key_file ${file}`
        : `cannot read tls.key_file ${file}: permission denied`,
    );
  });
});
