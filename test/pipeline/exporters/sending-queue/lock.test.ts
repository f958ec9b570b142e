import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import {
  createDirectoryLock,
  type DirectoryLock,
} from '../../../../pipeline/exporters/sending-queue/lock.ts';
import { unrefTimer } from '../../../../pipeline/timer.ts';
import { startChild, type Child } from './child.ts';

const lock = createDirectoryLock({ setTimer: unrefTimer, random: Math.random });
/** Who holds it has a minute to say who it is: this machine may be slow. Pauses between attempts are as they are. */
const patientLock = createDirectoryLock({
  setTimer: (run, delayMs) => unrefTimer(run, delayMs < 200 ? delayMs : 60_000),
  random: Math.random,
});

describe('the lock of a directory', () => {
  let directory: string;
  let held: DirectoryLock[] = [];
  let children: Child[] = [];
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'queue-'))));
  afterEach(async () => {
    await Promise.all(held.map((each) => each.release()));
    await Promise.all(children.map((child) => child.kill()));
    [held, children] = [[], []];
    await rm(directory, { recursive: true });
  });

  const take = async (holder = 'a test', where = directory, by = lock): Promise<string> => {
    try {
      held.push(await by(where, holder));
      return 'held';
    } catch (error) {
      return (error as Error).message.replaceAll(directory, 'DIR');
    }
  };
  const child = (): Child => {
    const started = startChild('lock-holder.ts', [directory, 'otlphttp/child']);
    children.push(started);
    return started;
  };

  it('is held by one, and says by whom', async () => {
    expect(await take('otlphttp/first')).to.equal('held');
    expect(await take('otlphttp/second', directory, patientLock)).to.equal(
      `cannot use DIR: process ${process.pid}, otlphttp/first, uses it (stop that one, or set another sending_queue.storage)`,
    );
  });

  it('is free again when it is released, and leaves nothing', async () => {
    await take();
    await held.pop()?.release();
    expect(await readdir(directory)).to.deep.equal([]);
    expect(await take()).to.equal('held');
  });

  it('keeps other processes out while its own lives, and not when that was killed', async () => {
    const holder = child();
    await holder.line(/^held$/);
    expect(await take('a test', directory, patientLock)).to.equal(
      `cannot use DIR: process ${holder.process.pid}, otlphttp/child, uses it (stop that one, or set another sending_queue.storage)`,
    );
    await holder.kill();
    expect(await readdir(directory)).to.have.length(1);
    expect(await take()).to.equal('held');
    expect(await readdir(directory)).to.have.length(1);
  });

  it('is still held by a process that does not answer', async () => {
    const holder = child();
    await holder.line(/^held$/);
    holder.process.kill('SIGSTOP');
    expect(await take()).to.equal(
      'cannot use DIR: another process uses it (stop that one, or set another sending_queue.storage)',
    );
  });

  it('is still held by a process that has no room for another question', async () => {
    const holder = child();
    await holder.line(/^held$/);
    holder.process.kill('SIGSTOP');
    const [name = ''] = await readdir(directory);
    // Node listens with room for 511 that wait.
    const waiting = Array.from({ length: 520 }, () =>
      connect(join(directory, name)).on('error', () => undefined),
    );
    expect(await take()).to.contain('another process uses it');
    for (const socket of waiting) socket.destroy();
  });

  it('is never held by two of many who want it at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => take(`number ${index}`)));
    expect(answers.filter((answer) => answer === 'held').length).to.be.at.most(1);
    for (const each of held.splice(0)) await each.release();
    expect(await take()).to.equal('held');
  });

  it('goes from one to the next without ever being held by two', async () => {
    let holders = 0;
    const contend = async (): Promise<number> => {
      const own = await lock(directory, 'x').catch(() => undefined);
      if (own === undefined) return 0;
      holders++;
      expect(holders).to.equal(1);
      await sleep(1);
      holders--;
      await own.release();
      return 1;
    };
    const rounds = Array.from({ length: 8 }, async () => {
      let times = 0;
      for (let round = 0; round < 5; round++) times += await contend();
      return times;
    });
    const times = await Promise.all(rounds);
    expect(times.reduce((sum, each) => sum + each, 0)).to.be.greaterThan(0);
  });

  it('works where the path is longer than that of a socket may be', async () => {
    const deep = join(directory, 'd'.repeat(200));
    await mkdir(deep);
    expect(await take('a', deep)).to.equal('held');
    expect(await take('b', deep, patientLock)).to.contain('a, uses it');
  });

  it('clears away what those who were killed left, and nothing else', async () => {
    await writeFile(join(directory, 'lock.0123456789abcdef'), '');
    await writeFile(join(directory, 'lock.new.0123456789abcdef'), '');
    await writeFile(join(directory, 'lock.txt'), '');
    expect(await take()).to.equal('held');
    const names = await readdir(directory);
    expect(names).to.have.length(2);
    expect(names).to.include('lock.txt');
  });

  it('takes one that says nothing for another process', async () => {
    const server = createServer((socket) => socket.end());
    const path = join(directory, 'lock.0123456789abcdef');
    await new Promise<void>((resolve) => server.listen(path, resolve));
    expect(await take()).to.contain('another process uses it');
    await new Promise((resolve) => server.close(resolve));
  });
});
