import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createApiClient } from '../../../../../pipeline/processors/kubernetes/api/client.ts';
import { kubeconfigAccess } from '../../../../../pipeline/processors/kubernetes/api/kubeconfig.ts';
import type { ApiCall } from '../../../../../pipeline/telemetry/api-metrics.ts';
import { startKubernetesApi, type KubernetesApi } from '../../../../fixtures/kubernetes-api.ts';
import { createCertificates, type Certificates } from '../../../../fixtures/tls.ts';

describe('a kubeconfig', () => {
  let certificates: Certificates;
  let api: KubernetesApi;
  let folder: string;
  before(async () => {
    certificates = createCertificates();
    api = await startKubernetesApi(certificates);
    api.addNode('node-7', []);
    folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  });
  after(async () => {
    await api.close();
    certificates.remove();
    rmSync(folder, { recursive: true });
  });

  const write = (user: string, cluster?: string): string => {
    const path = join(folder, 'config');
    const byDefault = `{server: "https://127.0.0.1:${api.port}", certificate-authority: ${certificates.authority.certFile}}`;
    writeFileSync(
      path,
      `apiVersion: v1
kind: Config
current-context: here
contexts:
  - { name: here, context: { cluster: test, user: me } }
  - { name: elsewhere, context: { cluster: gone, user: me } }
clusters:
  - { name: test, cluster: ${cluster ?? byDefault} }
users:
  - { name: me, user: ${user} }
`,
    );
    return path;
  };
  const accessOf = (path: string, context?: string) => kubeconfigAccess(path, context, () => undefined);
  const ask = async (path: string, context?: string) => {
    const calls: ApiCall[] = [];
    const client = createApiClient(await accessOf(path, context), (call) => calls.push(call), 20_000);
    const answer = await client.get({ path: '/api/v1/nodes/node-7', operation: 'get_node' });
    client.close();
    return { answer, calls };
  };
  const refusal = async (path: string, context?: string): Promise<string> =>
    accessOf(path, context).then(
      () => 'it was taken',
      (error: Error) => error.message.replace(path, 'FILE'),
    );

  it('may have a token', async () => {
    const { answer, calls } = await ask(write('{token: secret}'));
    expect(answer).to.have.property('ok', true);
    expect(api.tokens.at(-1)).to.equal('secret');
    expect(calls.map(({ operation, errorType }) => [operation, errorType])).to.deep.equal([
      ['get_node', undefined],
    ]);
  });

  it('may name a file with one, from where it is itself', async () => {
    writeFileSync(join(folder, 'token'), 'from-file\n');
    await ask(write('{tokenFile: token}'));
    expect(api.tokens.at(-1)).to.equal('from-file');
  });

  it('may have certificates in itself', async () => {
    const data = (bytes: Buffer) => bytes.toString('base64');
    const { cert, key } = certificates.client;
    const cluster = `{server: "https://localhost:${api.port}", certificate-authority-data: ${data(certificates.authority.cert)}}`;
    const user = `{client-certificate-data: ${data(cert)}, client-key-data: ${data(key)}}`;
    expect((await ask(write(user, cluster))).answer).to.have.property('ok', true);
  });

  it('is not good for a server that another authority vouches for', async () => {
    const shownBefore = api.tokens.length;
    const { answer, calls } = await ask(
      write('{token: secret}', `{server: "https://127.0.0.1:${api.port}"}`),
    );
    expect(answer).to.include({ ok: false, kind: 'later' });
    expect(calls[0]?.errorType).to.match(/CERT|SELF_SIGNED|VERIFY/);
    expect(api.tokens).to.have.length(shownBefore);
  });

  const wrong: Readonly<
    Record<string, readonly [user: string, cluster: string | undefined, message: string]>
  > = {
    'a program': [
      '{exec: {command: aws}}',
      undefined,
      'cannot use the kubeconfig FILE: a program that gives credentials (exec) is not run: use a token or a client certificate, or the service account of a pod',
    ],
    'a password': [
      '{username: me, password: x}',
      undefined,
      'cannot use the kubeconfig FILE: passwords are gone from Kubernetes since 1.19: use a token or a client certificate',
    ],
    'no server': ['{}', '{}', 'cannot use the kubeconfig FILE: its cluster has no server'],
    'a proxy': [
      '{}',
      '{server: "https://a", proxy-url: "http://b"}',
      'cannot use the kubeconfig FILE: proxy-url is not supported',
    ],
  };
  for (const [what, [user, cluster, message]] of Object.entries(wrong)) {
    it(`is refused where it wants ${what}`, async () =>
      expect(await refusal(write(user, cluster))).to.equal(message));
  }

  it('is refused where it lacks what it names', async () => {
    expect(await refusal(write('{}'), 'elsewhere')).to.equal(
      'cannot use the kubeconfig FILE: it has no cluster "gone"',
    );
    expect(await refusal(write('{}'), 'nowhere')).to.equal(
      'cannot use the kubeconfig FILE: it has no context "nowhere"',
    );
    expect(await refusal(join(folder, 'none'))).to.match(/^cannot use the kubeconfig FILE: ENOENT/);
  });
});
