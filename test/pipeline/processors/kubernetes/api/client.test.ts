import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createApiClient, type ApiAnswer } from '../../../../../pipeline/processors/kubernetes/api/client.ts';
import { freePort } from '../../../../fixtures/free-port.ts';

const path = '/api/v1/persistentvolumes/pvc-1';

/** What comes of asking whoever is at this port for an object. */
async function ask(port: number, timeoutMs = 5_000): Promise<ApiAnswer> {
  const access = {
    server: new URL(`http://127.0.0.1:${port}`),
    credentials: async () => ({ token: undefined, tls: {} }),
    refused: () => undefined,
  };
  const client = createApiClient(access, () => undefined, timeoutMs);
  try {
    return await client.get({ path: `${path}?resourceVersion=0`, operation: 'get_persistentvolume' });
  } finally {
    client.close();
  }
}

describe('what the client says of the Kubernetes API', () => {
  let server: Server | undefined;
  let host: string;

  /** @param status undefined: no answer */
  const answering = async (status: number | undefined): Promise<number> => {
    const started = createServer((_, response) => {
      if (status !== undefined) response.writeHead(status).end('{}');
    });
    await new Promise<void>((resolve) => {
      started.listen(0, '127.0.0.1', resolve);
    });
    server = started;
    const { port } = started.address() as AddressInfo;
    host = `127.0.0.1:${port}`;
    return port;
  };

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  for (const [status, kind, advice] of [
    [401, 'denied', ' (it does not accept the token or certificate that it is shown)'],
    [403, 'denied', ' (the service account must have that permission)'],
    [404, 'absent', ''],
    [503, 'later', ''],
  ] as const) {
    it(`is that, and what to do, where it answers with HTTP ${status}`, async () => {
      const answer = await ask(await answering(status));
      expect(answer).to.deep.equal({
        ok: false,
        kind,
        reason: `${host} answered GET ${path} with HTTP ${status}${advice}`,
      });
    });
  }

  const unreachable = ' (network policies and firewalls must let the collector there)';

  it('is what to do where nobody is there', async () => {
    const port = await freePort();
    expect(await ask(port)).to.deep.equal({
      ok: false,
      kind: 'later',
      reason: `cannot ask 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}${unreachable}`,
    });
  });

  it('is what to do where nobody answers', async () => {
    const answer = await ask(await answering(undefined), 100);
    expect(answer).to.deep.equal({
      ok: false,
      kind: 'later',
      reason: `cannot ask ${host}: no answer in 100 ms${unreachable}`,
    });
  });
});
