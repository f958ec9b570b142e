import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { eventually } from '../../../fixtures/eventually.ts';
import { startChild, type Child } from './child.ts';

interface Arrival {
  readonly number: number;
  readonly id: string;
}

describe('a queue on disk whose process is killed', function () {
  // A process after the other.
  this.timeout(120_000);
  let storage: string;
  let server: Server;
  let url: string;
  let works: boolean;
  let refused: number;
  let arrivals: Arrival[];
  let children: Child[];

  beforeEach(async () => {
    storage = await mkdtemp(join(tmpdir(), 'queue-'));
    [works, refused, arrivals, children] = [true, 0, [], []];
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (text: string) => (body += text));
      request.on('end', () => {
        if (works) arrivals.push({ number: Number(body), id: String(request.headers['x-id']) });
        else refused++;
        response.writeHead(works ? 200 : 503).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill()));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(storage, { recursive: true });
  });

  const kept = (): number[] =>
    children.flatMap(({ lines }) =>
      lines.flatMap((line) => (line.startsWith('kept ') ? Number(line.slice(5)) : [])),
    );
  const start = async (...args: readonly string[]): Promise<Child> => {
    const child = startChild('producer.ts', [storage, url, String((kept().at(-1) ?? -1) + 2), ...args]);
    children.push(child);
    await child.line(/^open$/);
    return child;
  };
  const atLeast = (what: string, count: () => number, wanted: number) =>
    eventually(what, count, (reached) => reached >= wanted);
  const end = async (child: Child): Promise<void> => {
    child.process.stdin?.write('end\n');
    await child.line(/^ended$/);
    // One that was killed while it wrote leaves a torn file, which is set aside.
    const names = await readdir(join(storage, 'otlphttp%2Ftest'));
    expect(names.filter((name) => !name.endsWith('.torn'))).to.deep.equal([]);
  };

  it('three times in an outage: everything arrives exactly once and in order', async () => {
    works = false;
    for (let death = 1; death <= 3; death++) {
      const [keptBefore, refusedBefore] = [kept().length, refused];
      const child = await start();
      await atLeast('what is kept', () => kept().length, keptBefore + 20);
      await atLeast('refusals', () => refused, refusedBefore + 1);
      await child.kill();
    }
    const keptBefore = kept().length;
    const last = await start();
    await atLeast('what is kept', () => kept().length, keptBefore + 20);
    works = true;
    await end(last);
    const numbers = arrivals.map(({ number }) => number);
    // One more may have been kept than the process could say before it was killed.
    expect(kept().filter((number) => !numbers.includes(number))).to.deep.equal([]);
    expect(numbers).to.deep.equal([...new Set(numbers)].toSorted((a, b) => a - b));
    expect(numbers.length).to.be.within(kept().length, kept().length + 3);
  });

  it('again and again while it sends: only what was under way comes twice, as the same request', async () => {
    const deaths = 5;
    for (let death = 1; death <= deaths; death++) {
      const [keptBefore, arrivedBefore] = [kept().length, arrivals.length];
      const child = await start();
      // The next one goes on behind what this one says that it kept.
      await atLeast('what is kept', () => kept().length, keptBefore + 1);
      await atLeast('arrivals', () => arrivals.length, arrivedBefore + 25);
      await child.kill();
    }
    await end(await start('1'));
    const seen = new Map<number, string>();
    let repeats = 0;
    for (const { number, id } of arrivals) {
      const before = seen.get(number);
      if (before === undefined) {
        expect(number).to.be.greaterThan(Math.max(-1, ...seen.keys()));
      } else {
        repeats++;
        expect(number).to.equal(Math.max(...seen.keys()));
        expect(id).to.equal(before);
      }
      seen.set(number, id);
    }
    expect(repeats).to.be.at.most(deaths);
    expect(kept().filter((number) => !seen.has(number))).to.deep.equal([]);
  });
});
