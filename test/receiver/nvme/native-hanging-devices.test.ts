import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { readStatistics } from '../../../receiver/nvme/native.ts';
import type { ReadOutcome } from '../../../receiver/nvme/source.ts';
import { withEnoughTime } from '../../fixtures/enough-time.ts';
import { startNvmeDevices, type NvmeDevices } from '../../fixtures/nvme-device/devices.ts';

const ampleMs = 60_000;
const nativeModule = new URL('../../../receiver/nvme/native.ts', import.meta.url).href;

describe('devices that do not answer', () => {
  let devices: NvmeDevices;
  beforeEach(async () => {
    devices = await startNvmeDevices();
  });
  afterEach(() => devices.stop());

  const attach = async (count: number): Promise<string[]> => {
    const names = Array.from({ length: count }, (_, i) => `nvme${i}n1`);
    for (const name of names) await devices.addDevice(name);
    return names;
  };
  const read = (names: readonly string[], timeoutMs: number): Promise<ReadOutcome[]> =>
    readStatistics(
      names.map((name) => ({ path: devices.path(name), ioSizes: false })),
      timeoutMs,
    );
  const summary = (outcomes: readonly ReadOutcome[]) =>
    outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.type));
  const awaitCommands = async (name: string, number: number): Promise<void> => {
    while (((await devices.counts(name)).opcodes[2] ?? 0) < number) await sleep(1);
  };
  /** Until the commands that they had are over. */
  const releaseAll = async (names: readonly string[]): Promise<void> => {
    for (const name of names) {
      await devices.setMode(name, { type: 'ok' });
      await devices.release(name);
    }
    while (summary(await read(names, ampleMs)).includes('timeout')) await sleep(1);
  };
  /**
   * Reads drives of which some hang, anew by a longer deadline where a slow machine asked or heard some of them late.
   * @returns the outcomes, and the deadline that they are of
   */
  const readBesideHanging = (names: readonly string[], hanging: readonly string[]) => {
    let attempts = 0;
    const readAnew = async (timeoutMs: number) => {
      if (attempts++ > 0) await releaseAll(hanging);
      for (const name of hanging) await devices.setMode(name, { type: 'hang' });
      return { outcomes: await read(names, timeoutMs), timeoutMs };
    };
    const isAsked = (outcome: ReadOutcome, name = ''): boolean =>
      outcome.ok || (hanging.includes(name) && !outcome.error.message.includes('not asked'));
    return withEnoughTime(readAnew, ({ outcomes }) => outcomes.every((each, i) => isAsked(each, names[i])));
  };
  const threads = () => Number(/^Threads:\s*(\d+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);

  it('cost their own outcome only, and are not asked again before the command to them is over', async () => {
    const names = await attach(4);
    const { outcomes: first, timeoutMs } = await readBesideHanging(names, ['nvme2n1']);
    expect(summary(first)).to.deep.equal(['ok', 'ok', 'timeout', 'ok']);
    expect(first[2])
      .to.have.nested.property('error.message')
      .that.contains(`no answer within ${timeoutMs} ms`);
    await awaitCommands('nvme2n1', 1);
    const asked = (await devices.counts('nvme2n1')).opcodes;

    const second = await read(names, ampleMs);
    expect(summary(second)).to.deep.equal(['ok', 'ok', 'timeout', 'ok']);
    expect(second[2])
      .to.have.nested.property('error.message')
      .that.matches(/a command has been outstanding for [\d.]+ m?s/);
    expect((await devices.counts('nvme2n1')).opcodes).to.deep.equal(asked);

    await releaseAll(['nvme2n1']);
    expect(summary(await read(names, ampleMs))).to.deep.equal(names.map(() => 'ok'));
  });

  it('leave the event loop and the thread pool of files and names alone', async () => {
    const names = await attach(8);
    for (const name of names.slice(0, 6)) await devices.setMode(name, { type: 'hang' });
    let settled = false;
    const reading = read(names, ampleMs).finally(() => (settled = true));
    for (const name of names) await awaitCommands(name, 1);
    await Promise.all(Array.from({ length: 8 }, () => readFile('/proc/self/status')));
    await lookup('localhost');
    expect(settled).to.equal(false);
    for (const name of names) {
      await devices.setMode(name, { type: 'ok' });
      await devices.release(name);
    }
    expect(summary(await reading)).to.deep.equal(names.map(() => 'ok'));
  });

  it('may be half of 128: the others are read, with a thread for each that hangs and a few more', async () => {
    const names = await attach(128);
    const hanging = names.filter((_, i) => i % 2 === 0);
    const before = threads();
    const { outcomes } = await readBesideHanging(names, hanging);
    expect(summary(outcomes)).to.deep.equal(names.map((_, i) => (i % 2 === 0 ? 'timeout' : 'ok')));
    expect(threads() - before).to.be.at.most(64 + 8);

    const again = await read(names, ampleMs);
    expect(summary(again)).to.deep.equal(summary(outcomes));
    expect(threads() - before).to.be.at.most(64 + 8);
  });

  it('are asked once by two calls, and both are answered', async () => {
    await attach(1);
    await devices.setMode('nvme0n1', { type: 'hang' });
    const first = read(['nvme0n1'], ampleMs);
    await awaitCommands('nvme0n1', 1);
    const second = read(['nvme0n1'], ampleMs);
    await devices.setMode('nvme0n1', { type: 'ok' });
    expect((await devices.counts('nvme0n1')).opcodes).to.deep.equal({ 2: 1 });
    await devices.release('nvme0n1');
    expect(summary([...(await first), ...(await second)])).to.deep.equal(['ok', 'ok']);
  });

  it('are device_gone when they are detached while a command hangs', async () => {
    await attach(1);
    await devices.setMode('nvme0n1', { type: 'hang' });
    const reading = read(['nvme0n1'], ampleMs);
    await awaitCommands('nvme0n1', 1);
    await devices.remove('nvme0n1');
    expect(summary(await reading)).to.deep.equal(['device_gone']);
  });

  describe('at the end', () => {
    const script = (timeoutMs: number, then: string) => `
      import(${JSON.stringify(nativeModule)}).then(async ({ readStatistics }) => {
        const path = ${JSON.stringify(devices.path('nvme0n1'))};
        const reading = readStatistics([{ path, ioSizes: false }], ${timeoutMs});
        ${then}
      });`;
    const start = (code: string) => {
      const child = spawn(process.execPath, ['--import', 'tsx', '-e', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return { exited: once(child, 'exit'), said: once(child.stdout, 'data') };
    };

    it('let a process exit, once the kernel lets its thread go', async () => {
      await attach(1);
      await devices.setMode('nvme0n1', { type: 'hang' });
      const { exited, said } = start(
        script(50, "await reading; process.on('exit', () => console.log('exiting')); process.exit(0);"),
      );
      expect(String((await said)[0])).to.equal('exiting\n');
      // A command that is late hangs no more.
      await devices.setMode('nvme0n1', { type: 'ok' });
      await devices.release('nvme0n1');
      expect(await exited).to.deep.equal([0, null]);
    });

    it('keep a process alive until its read is over, and not longer', async () => {
      await attach(1);
      const { exited, said } = start(script(ampleMs, 'console.log((await reading)[0].ok);'));
      expect(String((await said)[0])).to.equal('true\n');
      expect(await exited).to.deep.equal([0, null]);
    });

    it('let a worker thread be terminated with its read in flight', async () => {
      await attach(2);
      await devices.setMode('nvme0n1', { type: 'hang' });
      // A worker thread does not take --import over.
      const code = `import('tsx/esm/api').then(({ register }) => { register(); ${script(ampleMs, 'await reading;')} });`;
      const worker = new Worker(code, { eval: true });
      await awaitCommands('nvme0n1', 1);
      await worker.terminate();
      await devices.setMode('nvme0n1', { type: 'ok' });
      await devices.release('nvme0n1');
      expect(summary(await read(['nvme0n1', 'nvme1n1'], ampleMs))).to.deep.equal(['ok', 'ok']);
    });
  });
});
