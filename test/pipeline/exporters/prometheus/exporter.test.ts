import { createServer, connect, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { collectionOf } from '../../../fixtures/collections.ts';
import type { Collection } from '../../../../pipeline/collection.ts';
import { ListenError } from '../../../../pipeline/exporters/prometheus/listen-error.ts';
import { gauge, histogram, point, resourceMetrics } from '../../../fixtures/metrics.ts';
import { exporterOf, oneCollection, serving } from './served.ts';

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** A promise, and what fulfils it. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('the Prometheus exporter', () => {
  it('says where it listens, with port 0 too, and is ready from then on', async () => {
    const { exporter, log } = exporterOf({});
    expect(exporter.notReady()).to.equal('not listening');
    await exporter.start();
    expect(exporter.notReady()).to.equal(undefined);
    expect(log[0]).to.include({ msg: 'listening', address: `127.0.0.1:${exporter.address()?.port}` });
    await exporter.shutdown(1_000);
    expect(exporter.notReady()).to.equal('not listening');
    expect(exporter.address()).to.equal(undefined);
  });

  it('serves IPv6', () =>
    serving({ config: { endpoint: { host: '::1', port: 0 } } }, async ({ ask, log, address }) => {
      expect(log[0]).to.include({ address: `[::1]:${address.port}` });
      expect((await ask('/healthz')).text).to.equal('ok\n');
    }));

  it('does not start on a port that is taken, and says what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { exporter } = exporterOf({ config: { endpoint: { host: '127.0.0.1', port } } });
    const error = await failureOf(exporter.start());
    expect(error).to.be.instanceOf(ListenError);
    expect(error).to.include({
      code: 'port_taken',
      message: `cannot listen on 127.0.0.1:${port}: the port is taken (another collector? set exporters.prometheus.endpoint)`,
    });
    await exporter.shutdown(1_000);
    await new Promise((resolve) => other.close(resolve));
  });

  it("does not start on an address that is not the machine's", async () => {
    // TEST-NET-1, which belongs to nobody: https://www.rfc-editor.org/rfc/rfc5737
    const { exporter } = exporterOf({ config: { endpoint: { host: '192.0.2.1', port: 0 } } });
    expect(await failureOf(exporter.start())).to.include({
      code: 'bad_address',
      message:
        'cannot listen on 192.0.2.1:0: this machine has no such address (set exporters.prometheus.endpoint)',
    });
  });

  it('serves simultaneous scrapers from one collection', async () => {
    const { opened, open } = gate();
    let asked = 0;
    const collect = async (): Promise<Collection> => {
      asked += 1;
      if (asked === 3) open();
      await opened;
      return oneCollection;
    };
    await serving({ collect }, async ({ ask }) => {
      const pages = await Promise.all([1, 2, 3].map(() => ask('/metrics')));
      expect(new Set(pages.map(({ text }) => text)).size).to.equal(1);
      expect(pages[0]?.status).to.equal(200);
    });
  });

  it('renders nothing for a client that is gone, and serves the next', async () => {
    const started = gate();
    const { opened, open } = gate();
    let looked = 0;
    const watched: Collection = {
      ...oneCollection,
      get layout() {
        looked += 1;
        return oneCollection.layout;
      },
    };
    const collect = async (): Promise<Collection> => {
      started.open();
      await opened;
      return watched;
    };
    await serving({ collect }, async ({ ask, address }) => {
      const client = connect(address.port, address.address);
      client.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
      await started.opened;
      client.destroy();
      // The server sees the end of the connection before the answer to a request made later.
      await ask('/healthz');
      open();
      await ask('/healthz');
      expect(looked).to.equal(0);
      expect((await ask('/metrics')).status).to.equal(200);
      expect(looked).to.be.greaterThan(0);
    });
  });

  it('lets a scrape that is under way finish when it is shut down, and takes no other', async () => {
    const started = gate();
    const { opened, open } = gate();
    const { exporter } = exporterOf({
      collect: async () => {
        started.open();
        await opened;
        return oneCollection;
      },
    });
    await exporter.start();
    const { port } = exporter.address()!;
    const chunks: Buffer[] = [];
    const client = connect(port, '127.0.0.1').on('data', (chunk) => chunks.push(chunk));
    const ended = new Promise((resolve) => client.once('close', resolve));
    client.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    await started.opened;
    // Longer than the test may take: it is the scrape's end that ends it.
    const down = exporter.shutdown(60_000);
    expect(
      await failureOf(
        new Promise((resolve, reject) => connect(port, '127.0.0.1', () => resolve(1)).on('error', reject)),
      ),
    ).to.include({
      code: 'ECONNREFUSED',
    });
    open();
    await down;
    await ended;
    expect(Buffer.concat(chunks).toString())
      .to.match(/^HTTP\/1.1 200 OK\r\n/)
      .and.to.contain('ebs_volume_up');
  });

  it('ends a scrape that takes longer than the shutdown may', async () => {
    const started = gate();
    const { exporter } = exporterOf({
      collect: () => {
        started.open();
        return new Promise(() => undefined);
      },
    });
    await exporter.start();
    const client = connect(exporter.address()!.port, '127.0.0.1');
    const ended = new Promise((resolve) => client.once('close', resolve));
    client.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    await started.opened;
    await exporter.shutdown(10);
    await ended;
  });

  it('is not held up by a connection that is kept alive', async () => {
    const { exporter } = exporterOf({});
    await exporter.start();
    const client = connect(exporter.address()!.port, '127.0.0.1');
    const answered = new Promise((resolve) => client.once('data', resolve));
    client.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await answered;
    // Without an end to idle connections this takes the whole minute, and the test's time is up.
    await exporter.shutdown(60_000);
    client.destroy();
  });

  it('is not held up by a connection on which nothing was asked, as browsers make them', async () => {
    const { exporter } = exporterOf({});
    await exporter.start();
    const client = connect(exporter.address()!.port, '127.0.0.1');
    const ended = new Promise((resolve) => client.once('close', resolve));
    client.on('error', () => undefined).resume();
    await new Promise((resolve) => client.once('connect', resolve));
    // That it is accepted too: connections are, one after the other.
    const after = connect(exporter.address()!.port, '127.0.0.1');
    const answered = new Promise((resolve) => after.once('data', resolve));
    after.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await answered;
    await exporter.shutdown(60_000);
    await ended;
    after.destroy();
  });

  it('says once of a metric that it cannot be on the page', () => {
    const clash = () =>
      collectionOf(
        resourceMetrics({}, { scope: [gauge({ name: 'a.b' }, point(1)), histogram({ name: 'a-b' })] }),
      );
    return serving({ collect: async () => clash() }, async ({ ask, log }) => {
      await ask('/metrics');
      await ask('/metrics');
      expect(log.filter(({ level }) => level === 'warn')).to.have.length(1);
      expect(log.at(-1)).to.include({ msg: 'metric left out of the page', metric: 'a-b' });
    });
  });
});
