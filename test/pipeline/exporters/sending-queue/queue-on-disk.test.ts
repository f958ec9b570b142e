import { expect } from 'chai';
import { createManualClock } from '../../../fixtures/manual-clock.ts';
import { openTestQueue, ok, settled, storage, textOf, unavailable, type TestQueueOptions } from './setup.ts';
import { createVirtualFileSystem, type VirtualFileSystem } from './virtual-file-system.ts';

const directory = `${storage}/otlphttp%2Ftest`;

describe('a sending queue on disk', () => {
  let disk: VirtualFileSystem;
  beforeEach(() => (disk = createVirtualFileSystem()));

  const open = ({ queue, ...options }: TestQueueOptions = {}) =>
    openTestQueue({ fileSystem: disk.mount(), ...options, queue: { storage, ...queue } });
  const names = () => [...disk.files.keys()].map((path) => path.replace(`${directory}/`, ''));

  it('has a file for each request until the backend took it', async () => {
    const { enqueue, advance, backend } = await open({ answer: unavailable });
    await enqueue('a', 'b');
    expect(names()).to.deep.equal(['000000000000001.payload', '000000000000002.payload']);
    backend.answer = ok;
    await advance(5000);
    expect(names()).to.deep.equal([]);
  });

  it('has each step on disk before the next: what is new is kept, what was taken is gone, then comes another', async () => {
    const trace: string[] = [];
    disk.fault = (operation, path) => {
      trace.push(`${operation} ${path.replace(`${directory}/`, '')}`.replace(directory, '.'));
      return undefined;
    };
    const { enqueue, advance } = await open({
      queue: { queue_size: 2 },
      send: async (payload) => {
        trace.push(`send ${textOf(payload)}`);
        return trace.filter((step) => step.startsWith('send')).length === 1 ? unavailable : ok;
      },
    });
    trace.length = 0;
    await enqueue('a', 'b', 'c');
    await advance(5000);
    const [a, b, c] = ['000000000000001.payload', '000000000000002.payload', '000000000000003.payload'];
    expect(trace).to.deep.equal([
      ...[`create ${a}`, 'syncDirectory .', `read ${a}`, 'send a'],
      ...[`create ${b}`, 'syncDirectory .'],
      ...[`remove ${a}`, 'syncDirectory .', `create ${c}`, 'syncDirectory .'],
      ...[`read ${b}`, 'send b', `remove ${b}`, 'syncDirectory .'],
      ...[`read ${c}`, 'send c', `remove ${c}`, 'syncDirectory .'],
    ]);
  });

  for (const step of ['remove', 'syncDirectory'] as const) {
    it(`sends nothing more while a confirmation is not on disk yet (${step})`, async () => {
      const mount = disk.mount();
      let hangs = false;
      const fileSystem = {
        ...mount,
        [step]: (path: string) => (hangs ? new Promise<void>(() => undefined) : mount[step](path)),
      };
      const { enqueue, advance, backend } = await open({ fileSystem, answer: unavailable });
      await enqueue('a', 'b');
      hangs = true;
      backend.answer = ok;
      await advance(5000);
      await advance(60_000);
      expect(backend.taken).to.deep.equal(['a']);
    });
  }

  it('counts the age from when it was enqueued, over restarts and with a clock that is set meanwhile', async () => {
    const clock = createManualClock();
    const before = await open({ clock, queue: { max_age: 20_000 }, answer: unavailable });
    await before.enqueue('a');
    clock.advance(15_000);
    await before.enqueue('b');
    clock.advance(6000);
    const after = await open({ clock, queue: { max_age: 20_000 } });
    expect(after.backend.taken).to.deep.equal(['b']);
    expect(after.dropped).to.deep.equal({ too_old: 1 });
  });

  it('goes on after a restart where it was, as the same requests', async () => {
    const before = await open({ answer: unavailable });
    await before.enqueue('a', 'b');
    const after = await open();
    await after.enqueue('c');
    expect(after.backend.taken).to.deep.equal(['a', 'b', 'c']);
    expect(after.backend.ids[0]).to.equal(before.backend.ids[0]);
  });

  it('leaves on disk at shutdown what it could not send, and says so', async () => {
    const { enqueue, queue, log, dropped } = await open({ answer: unavailable });
    await enqueue('a', 'b');
    await queue.shutdown(1000);
    expect(names()).to.have.length(2);
    expect(dropped).to.deep.equal({});
    expect(log).to.deep.equal([
      {
        ts: '1970-01-01T00:00:00.000Z',
        level: 'info',
        msg: 'requests stay in the queue on disk, for the next start',
        requests: 2,
        data_points: 2,
        directory,
      },
    ]);
  });

  it('does not give up at shutdown what the next process may try', async () => {
    const { enqueue, advance, queue, dropped } = await open({
      retry: { max_elapsed_time: 6000 },
      answer: unavailable,
    });
    await enqueue('a');
    await advance(2000);
    await queue.shutdown(1000);
    expect(names()).to.have.length(1);
    expect(dropped).to.deep.equal({});
  });

  it('does not touch the disk for an answer that comes after its end', async () => {
    const clock = createManualClock();
    let answer = (): void => undefined;
    const { enqueue, queue, released } = await open({
      clock,
      send: () => new Promise((resolve) => (answer = () => resolve(ok))),
    });
    await enqueue('a');
    const ended = queue.shutdown(1000);
    for (let step = 0; step < 3; step++) {
      await settled();
      clock.advance(1000);
    }
    await ended;
    answer();
    await settled();
    expect(names()).to.have.length(1);
    await queue.shutdown(1000);
    expect(released()).to.equal(1);
  });

  it('does not give up before max_age', async () => {
    const { enqueue, advance, backend } = await open({ answer: unavailable });
    await enqueue('a');
    for (let minute = 0; minute < 60; minute++) await advance(60_000);
    backend.answer = ok;
    await advance(60_000);
    expect(backend.taken).to.deep.equal(['a']);
  });

  it('has room in the directory for what came after files that were set aside', async () => {
    disk.files.set(`${directory}/000000000000041.payload`, Buffer.from('torn'));
    const { enqueue } = await open({ answer: unavailable });
    await enqueue('a');
    expect(names()).to.deep.equal(['000000000000041.torn', '000000000000042.payload']);
  });

  it('does not write over what was set aside before', async () => {
    disk.files.set(`${directory}/000000000000041.torn`, Buffer.from('torn'));
    const { enqueue } = await open({ answer: unavailable });
    await enqueue('a');
    expect(names()).to.deep.equal(['000000000000041.torn', '000000000000042.payload']);
  });

  it('keeps narrower bounds after a restart', async () => {
    const before = await open({ answer: unavailable });
    await before.enqueue('a', 'b', 'c');
    const { backend, dropped } = await open({ queue: { queue_size: 1 } });
    expect(backend.taken).to.deep.equal(['c']);
    expect(dropped).to.deep.equal({ queue_full: 2 });
  });
});
