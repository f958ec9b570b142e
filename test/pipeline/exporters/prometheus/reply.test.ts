import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'chai';
import { createCollections } from '../../../fixtures/collections.ts';
import type { Collection } from '../../../../pipeline/collection.ts';
import { gauge, point, resourceMetrics } from '../../../fixtures/metrics.ts';
import { send } from '../../../../pipeline/exporters/prometheus/reply.ts';
import { serving } from './served.ts';

/** More than sockets take in by themselves: what the kernel buffers on the way goes up to about ten megabytes. */
const pageBytes = 32 * 1024 ** 2;
const labels = Array.from({ length: 32 }, (_, i) => ({ n: String(i), text: 'x'.repeat(pageBytes / 32) }));

/** Collections whose pages differ in every number. */
function everNewer(): () => Promise<Collection> {
  let asked = 0;
  const next = createCollections();
  return async () => {
    asked += 1;
    const points = labels.map((attributes) => point(asked, attributes));
    return next(resourceMetrics({}, { scope: [gauge({ name: 'g' }, ...points)] }), asked);
  };
}

/** A client that asks for the page and takes in no more of it than its beginning. */
async function slowClient({ address, port }: AddressInfo): Promise<Socket> {
  const client = connect(port, address);
  client.on('error', () => undefined);
  client.write('GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await new Promise((resolve) => client.once('readable', resolve));
  return client;
}

/** What there is on the rest of the page, up to its end or to where it was cut off. */
async function rest(
  client: Socket,
): Promise<{ readonly numbers: ReadonlySet<string>; readonly bytes: number }> {
  const chunks: Buffer[] = [];
  client.on('data', (chunk) => chunks.push(chunk));
  if (!client.closed) await new Promise((resolve) => client.once('close', resolve));
  const body = Buffer.concat(chunks);
  const lines = body.toString('latin1').matchAll(/x"} (\d+)\n/g);
  return { numbers: new Set(Array.from(lines, ([, number = '']) => number)), bytes: body.length };
}

describe('a reply', () => {
  it('is released once it is sent, and where the client goes, those that wait behind it too', async () => {
    const body = Buffer.alloc(pageBytes, 'x');
    let asked = 0;
    let released = 0;
    let allReleased: () => void = () => undefined;
    const server = createServer((request, response) => {
      asked += 1;
      const release = () => {
        released += 1;
        if (released === 3) allReleased();
      };
      send(request, response, { status: 200, contentType: 'text/plain', body, release });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { address, port } = server.address() as AddressInfo;
    const released3 = new Promise<void>((resolve) => (allReleased = resolve));
    const client = connect(port, address).on('error', () => undefined);
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3));
    await new Promise((resolve) => client.once('readable', resolve));
    expect([asked, released]).to.deep.equal([3, 0]);
    client.destroy();
    await released3;
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('a slow client', () => {
  it('gets the page that it asked for, however many newer ones others get meanwhile', () =>
    serving({ collect: everNewer(), config: { naming: ['ebs'] } }, async ({ ask, address }) => {
      const client = await slowClient(address);
      for (const number of ['2', '3', '4', '5']) {
        expect((await ask('/metrics')).text.endsWith(`x"} ${number}\n`)).to.equal(true);
      }
      const { numbers, bytes } = await rest(client);
      expect([...numbers]).to.deep.equal(['1']);
      expect(bytes).to.be.greaterThan(pageBytes);
    }));

  it('costs no memory beside the page, which is one for all who ask for it', () => {
    const page = everNewer()();
    return serving({ collect: () => page, config: { naming: ['ebs'] } }, async ({ ask, address }) => {
      await ask('/metrics');
      const before = process.memoryUsage.rss();
      const clients: Socket[] = [];
      for (let i = 0; i < 10; i++) clients.push(await slowClient(address));
      // A copy of what is not sent yet would make it ten times as much.
      expect(process.memoryUsage.rss() - before).to.be.below(2 * pageBytes);
      expect((await ask('/metrics')).status).to.equal(200);
      clients.forEach((client) => client.destroy());
    });
  });

  it('is cut off when it is slower than several newer pages', () =>
    serving({ collect: everNewer(), config: { naming: ['ebs'] } }, async ({ ask, address }) => {
      const clients: Socket[] = [];
      for (let i = 0; i < 4; i++) clients.push(await slowClient(address));
      const [first, , , last] = clients;
      expect((await rest(first!)).bytes).to.be.below(pageBytes);
      expect((await rest(last!)).bytes).to.be.greaterThan(pageBytes);
      expect((await ask('/metrics')).status).to.equal(200);
      clients.forEach((client) => client.destroy());
    }));
});
