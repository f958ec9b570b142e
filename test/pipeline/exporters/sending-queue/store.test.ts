import { mkdtemp, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { processEdges } from '../../../../pipeline/exporters/sending-queue/edges.ts';
import { encodeRecord } from '../../../../pipeline/exporters/sending-queue/record.ts';
import { openStore, type PayloadStore } from '../../../../pipeline/exporters/sending-queue/store.ts';
import { recordLog, type LogLine } from '../../../fixtures/component-context.ts';
import { payloadOf } from './setup.ts';

const birth = { createdAtMs: 1000, uptimeMs: 5, bootId: 'b' };
const record = (text: string, dataPoints = 1): Buffer =>
  encodeRecord({ payload: { ...payloadOf(text, dataPoints), id: 'i', createdAtMs: 1000 }, birth });

async function rejection(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it did not reject',
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}

describe('payloads in files', () => {
  let directory: string;
  let open: PayloadStore[] = [];
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'queue-'))));
  afterEach(async () => {
    await Promise.all(open.map((store) => store.close()));
    open = [];
    await rm(directory, { recursive: true });
  });

  const openHere = async (): Promise<{ store: PayloadStore; lines: LogLine[] }> => {
    const { logger, lines } = recordLog();
    const store = await openStore({ directory, neighbours: undefined }, 'a test', processEdges(), logger);
    open.push(store);
    return { store, lines };
  };
  const reopen = async () => {
    await Promise.all(open.map((store) => store.close()));
    open = [];
    return openHere();
  };
  const names = async () => (await readdir(directory)).filter((name) => !name.startsWith('lock.')).toSorted();

  it('come back as they were written, in the order of their numbers', async () => {
    const { store } = await openHere();
    for (const sequence of [10, 9, 100]) await store.write(sequence, record(String(sequence), sequence));
    const again = (await reopen()).store;
    expect(again.found.map(({ sequence, dataPoints }) => [sequence, dataPoints])).to.deep.equal([
      [9, 9],
      [10, 10],
      [100, 100],
    ]);
    expect(again.nextSequence).to.equal(101);
    expect(await again.read(9)).to.deep.equal(record('9', 9));
    expect(again.found[0]).to.deep.include({ birth, sizeBytes: record('9', 9).length });
  });

  it("are their owner's to read only", async () => {
    const { store } = await openHere();
    await store.write(1, record('a'));
    expect((await stat(join(directory, '000000000000001.payload'))).mode & 0o777).to.equal(0o600);
    expect((await stat(directory)).mode & 0o777).to.equal(0o700);
  });

  it('are never written over', async () => {
    const { store } = await openHere();
    await store.write(1, record('a'));
    expect(await rejection(store.write(1, record('b')))).to.equal('EEXIST');
  });

  it('are gone when they are removed, and may be removed twice', async () => {
    const { store } = await openHere();
    await store.write(1, record('a'));
    await store.remove(1);
    await store.remove(1);
    await store.setAside(1);
    expect(await names()).to.deep.equal([]);
  });

  it('are set aside where they are torn, with one line in the log', async () => {
    await writeFile(join(directory, '000000000000001.payload'), record('a').subarray(0, 50));
    await writeFile(join(directory, '000000000000002.payload'), '');
    await writeFile(join(directory, '000000000000003.payload'), record('c'));
    const { store, lines } = await openHere();
    expect(store.found.map(({ sequence }) => sequence)).to.deep.equal([3]);
    expect(await names()).to.deep.equal([
      '000000000000001.torn',
      '000000000000002.torn',
      '000000000000003.payload',
    ]);
    expect(lines.map(({ level, msg, files }) => ({ level, msg, files }))).to.deep.equal([
      {
        level: 'warn',
        msg: 'requests in the queue are torn, as after a crash: they are set aside as *.torn',
        files: 2,
      },
    ]);
  });

  it('that were torn are kept as the newest ten', async () => {
    for (let sequence = 1; sequence <= 12; sequence++) {
      await writeFile(join(directory, `${String(sequence).padStart(15, '0')}.payload`), 'torn');
    }
    await openHere();
    expect((await names()).length).to.equal(10);
    expect((await names())[0]).to.equal('000000000000003.torn');
  });

  it('are not confused with what is not the queue’s: that is left alone', async () => {
    await writeFile(join(directory, 'notes.txt'), 'mine');
    await mkdir(join(directory, '000000000000007.payload'));
    await symlink('/etc/hostname', join(directory, '000000000000008.payload'));
    const { store, lines } = await openHere();
    expect(store.found).to.deep.equal([]);
    expect(store.nextSequence).to.equal(9);
    expect(await names()).to.deep.equal(['000000000000007.payload', '000000000000008.payload', 'notes.txt']);
    expect(lines.map(({ msg, files, first }) => ({ msg, files, first }))).to.deep.equal([
      {
        msg: "files in the queue's directory are not the queue's: they are left alone",
        files: 3,
        first: 'notes.txt',
      },
    ]);
    expect(await rejection(store.read(8))).to.equal('ELOOP');
  });

  it('may have neighbours: what others keep there is nothing to speak of', async () => {
    await writeFile(join(directory, 'temporality'), 'theirs');
    const { logger, lines } = recordLog();
    open.push(await openStore({ directory, neighbours: /^temporality$/ }, 'a test', processEdges(), logger));
    expect(lines).to.deep.equal([]);
  });

  it('of another user are not sent', async () => {
    await writeFile(join(directory, '000000000000001.payload'), record('a'));
    const { logger } = recordLog();
    const edges = processEdges();
    const another = edges.userId + 1;
    const fileSystem = {
      ...edges.fileSystem,
      inspect: async (path: string) => {
        const facts = await edges.fileSystem.inspect(path);
        return path === directory ? facts : { ...facts, ownerId: another };
      },
    };
    const store = await openStore(
      { directory, neighbours: undefined },
      'a test',
      { ...edges, fileSystem },
      logger,
    );
    open.push(store);
    expect(store.found).to.deep.equal([]);
  });

  it('belong to one store at a time, and to the next when that is closed', async () => {
    const { store } = await openHere();
    expect(await rejection(openHere())).to.equal(
      `cannot use ${directory}: process ${process.pid}, a test, uses it (stop that one, or set another sending_queue.storage)`,
    );
    await store.close();
    open = [];
    await openHere();
  });
});
