import { request } from 'node:http';
import { expect } from 'chai';
import type { Collection } from '../../../../../pipeline/collection.ts';
import { oneCollection, serving, type Serving } from '../served.ts';

/** A scrape from an address of loopback: its status, and when to come again. */
function scrape(
  { address }: Serving,
  from: string,
): Promise<readonly [number | undefined, string | undefined]> {
  return new Promise((resolve, reject) => {
    const { address: host, port } = address;
    request({ host, port, path: '/metrics', localAddress: from, agent: false }, (response) => {
      response.resume().on('end', () => resolve([response.statusCode, response.headers['retry-after']]));
    })
      .on('error', reject)
      .end();
  });
}

describe('more requests than may be in flight', () => {
  /** A server with two places whose collections wait until they are let go. */
  async function crowded(
    test: (server: Serving, waiting: (count: number) => Promise<void>, go: () => void) => Promise<void>,
  ) {
    let go: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => (go = resolve));
    let asked = 0;
    let look: () => void = () => undefined;
    const collect = async (): Promise<Collection> => {
      asked += 1;
      look();
      await gone;
      return oneCollection;
    };
    const waiting = (count: number) =>
      new Promise<void>((resolve) => {
        look = () => asked >= count && resolve();
        look();
      });
    await serving({ collect, config: { max_requests_in_flight: 2 } }, (server) => test(server, waiting, go));
  }

  it('are told to come again', () =>
    crowded(async (server, waiting, go) => {
      const first = [scrape(server, '127.0.0.1'), scrape(server, '127.0.0.1')];
      await waiting(2);
      expect(await scrape(server, '127.0.0.1')).to.deep.equal([503, '1']);
      go();
      expect(await Promise.all(first)).to.deep.equal([
        [200, undefined],
        [200, undefined],
      ]);
      expect((await scrape(server, '127.0.0.1'))[0]).to.equal(200);
    }));

  it('give way to whoever asks for less', () =>
    crowded(async (server, waiting, go) => {
      const first = scrape(server, '127.0.0.1');
      await waiting(1);
      const second = scrape(server, '127.0.0.1');
      await waiting(2);
      const scraper = scrape(server, '127.0.0.2');
      expect(await second).to.deep.equal([503, '1']);
      go();
      expect((await Promise.all([first, scraper])).map(([status]) => status)).to.deep.equal([200, 200]);
    }));

  it('do not keep a kubelet from asking how it is', () =>
    crowded(async (server, waiting, go) => {
      const scrapes = [scrape(server, '127.0.0.1'), scrape(server, '127.0.0.1')];
      await waiting(2);
      expect((await server.ask('/healthz')).status).to.equal(200);
      go();
      await Promise.all(scrapes);
    }));
});
