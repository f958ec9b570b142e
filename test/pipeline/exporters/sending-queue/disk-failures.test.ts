import { expect } from 'chai';
import { createManualClock } from '../../../fixtures/manual-clock.ts';
import {
  openTestQueue,
  ok,
  payloadOf,
  settled,
  storage,
  unavailable,
  type TestQueueOptions,
} from './setup.ts';
import { createVirtualFileSystem, type VirtualFileSystem } from './virtual-file-system.ts';

const directory = `${storage}/otlphttp%2Ftest`;

describe('a sending queue on a disk that fails', () => {
  let disk: VirtualFileSystem;
  beforeEach(() => (disk = createVirtualFileSystem()));

  const open = ({ queue, ...options }: TestQueueOptions = {}) =>
    openTestQueue({ fileSystem: disk.mount(), ...options, queue: { storage, ...queue } });
  const names = () => [...disk.files.keys()].map((path) => path.replace(`${directory}/`, ''));
  const sizeOfOne = async (): Promise<number> => {
    const { enqueue } = await openTestQueue({
      queue: { storage },
      fileSystem: disk.mount(),
      answer: unavailable,
    });
    await enqueue('x');
    const [file] = [...disk.files.values()];
    disk.files.clear();
    return file?.length ?? 0;
  };

  it('drops the oldest files of a full disk until the newest fits, and says so once', async () => {
    disk.capacityBytes = 3 * (await sizeOfOne());
    const { enqueue, advance, backend, dropped, log } = await open({ answer: unavailable });
    await enqueue('a', 'b', 'c', 'd', 'e');
    expect(dropped).to.deep.equal({ disk_full: 2 });
    expect(log.map(({ msg }) => msg)).to.deep.equal([
      'cannot write to the queue on disk: no space left on the device',
      'the disk takes no more: the oldest requests are dropped',
    ]);
    backend.answer = ok;
    await advance(5000);
    expect(backend.taken).to.deep.equal(['c', 'd', 'e']);
    disk.capacityBytes = Infinity;
    await enqueue(...Array.from({ length: 12 }, String));
    expect(log.map(({ msg }) => msg).slice(2)).to.deep.equal([
      'nothing is dropped any more for this reason',
      'the queue on disk works again',
    ]);
  });

  it('does not drop all it has for a disk that others fill', async () => {
    const { enqueue, dropped, queue } = await open({ answer: unavailable });
    const large = 'x'.repeat(50_000);
    await enqueue(large, large, large, large, large, large);
    disk.fault = (operation) => (operation === 'create' ? 'ENOSPC' : undefined);
    await enqueue('y');
    expect(dropped).to.deep.equal({ disk_full: 2 });
    expect(queue.size()).to.equal(5);
  });

  it('keeps in memory what finds no space, where it has nothing on the disk to drop for it', async () => {
    disk.fault = (operation) => (operation === 'create' ? 'ENOSPC' : undefined);
    const { enqueue, dropped, queue } = await open({ answer: unavailable });
    await enqueue('a', 'b');
    expect(dropped).to.deep.equal({});
    expect(queue.size()).to.equal(2);
  });

  it('drops nothing newer to find space for what is older', async () => {
    const full = (operation: string) => (operation === 'create' ? 'ENOSPC' : undefined);
    let answer = (): void => undefined;
    const send = () => new Promise<typeof unavailable>((resolve) => (answer = () => resolve(unavailable)));
    disk.fault = full;
    const { enqueue, dropped, queue } = await open({ send });
    await enqueue('a');
    disk.fault = () => undefined;
    await enqueue('b');
    expect(names()).to.have.length(1);
    answer();
    await settled();
    disk.fault = full;
    await enqueue('c');
    expect(dropped).to.deep.equal({});
    expect(queue.size()).to.equal(3);
  });

  it('counts only what is in memory against what may be there', async () => {
    const { enqueue, dropped, queue } = await open({ queue: { queue_size: 5000 }, answer: unavailable });
    await enqueue(...Array.from({ length: 1005 }, String));
    expect(queue.size()).to.equal(1005);
    expect(dropped).to.deep.equal({});
  });

  it('has whole what is in memory only, and not what somebody took away from the disk', async () => {
    const { queue } = await open({ answer: unavailable });
    const enqueue = (id: string) => queue.enqueue([{ ...payloadOf(id), id }], true);
    await enqueue('on-disk');
    disk.fault = (operation) => (operation === 'create' ? 'EIO' : undefined);
    await enqueue('in-memory');
    expect(await queue.hasAll(['on-disk', 'in-memory'])).to.equal(true);
    disk.files.clear();
    expect(await queue.hasAll(['in-memory'])).to.equal(true);
    expect(await queue.hasAll(['on-disk'])).to.equal(false);
  });

  it('keeps in memory what a broken disk does not take, in order, and drops nothing for it', async () => {
    const { enqueue, advance, backend, dropped } = await open({ answer: unavailable });
    await enqueue('a');
    disk.fault = (operation) => (operation === 'create' ? 'EIO' : undefined);
    await enqueue('b', 'c');
    expect(names()).to.have.length(1);
    disk.fault = () => undefined;
    await enqueue('d');
    expect(names()).to.have.length(4);
    backend.answer = ok;
    await advance(5000);
    expect(backend.taken).to.deep.equal(['a', 'b', 'c', 'd']);
    expect(dropped).to.deep.equal({});
    expect(names()).to.deep.equal([]);
  });

  it('bounds what it keeps in memory for a broken disk', async () => {
    const { enqueue, dropped, queue } = await open({ queue: { queue_size: 5000 }, answer: unavailable });
    disk.fault = (operation) => (operation === 'create' ? 'EIO' : undefined);
    await enqueue(...Array.from({ length: 1005 }, String));
    expect(queue.size()).to.equal(1000);
    expect(dropped).to.deep.equal({ disk_full: 5 });
  });

  it('leaves no file behind of a write that failed late', async () => {
    const { enqueue, backend, advance } = await open({ answer: unavailable });
    disk.fault = (operation) => (operation === 'syncDirectory' ? 'EIO' : undefined);
    await enqueue('a');
    expect(names()).to.have.length(1);
    disk.fault = () => undefined;
    backend.answer = ok;
    await advance(5000);
    expect(names()).to.deep.equal([]);
  });

  it('writes anew what was written in part', async () => {
    const before = await open({ answer: unavailable });
    disk.fault = (operation, path) => {
      if (operation !== 'create') return undefined;
      disk.files.set(path, Buffer.from('a part'));
      return 'EIO';
    };
    await before.enqueue('a');
    disk.fault = () => undefined;
    await before.enqueue('b');
    expect((await open()).backend.taken).to.deep.equal(['a', 'b']);
  });

  it('does not try all that it could not remove with each that comes', async () => {
    let attempts = 0;
    disk.fault = (operation) => {
      if (operation === 'remove') attempts++;
      return ['remove', 'empty'].includes(operation) ? 'EROFS' : undefined;
    };
    const { enqueue, backend } = await open();
    await enqueue('a', 'b', 'c', 'd', 'e');
    expect(backend.taken).to.have.length(5);
    expect(attempts).to.equal(5);
  });

  it('does not send again what it could not remove, and removes it when it can', async () => {
    disk.fault = (operation) => (['remove', 'empty'].includes(operation) ? 'EROFS' : undefined);
    const { enqueue, backend, log } = await open();
    await enqueue('a', 'b');
    expect(backend.taken).to.deep.equal(['a', 'b']);
    expect(names()).to.have.length(2);
    expect(log.map(({ msg, hint }) => [msg, hint])).to.deep.equal([
      [
        'cannot remove from the queue on disk: the file system is read-only',
        'a restart before that works sends again what was sent: check the disk',
      ],
    ]);
    disk.fault = () => undefined;
    await enqueue('c');
    expect(names()).to.deep.equal([]);
    expect(backend.asked).to.deep.equal(['a', 'b', 'c']);
  });

  it('empties a file that it cannot remove, so that no process sends it again', async () => {
    disk.fault = (operation) => (operation === 'remove' ? 'EPERM' : undefined);
    await (await open()).enqueue('a');
    expect([...disk.files.values()].map(({ length }) => length)).to.deep.equal([0]);
    const after = await open();
    expect(after.backend.asked).to.deep.equal([]);
    expect(names()).to.deep.equal(['000000000000001.torn']);
  });

  it('sets aside and counts what cannot be read any more, and goes on', async () => {
    const before = await open({ answer: unavailable });
    await before.enqueue('a', 'b', 'c');
    const first = disk.files.get(`${directory}/000000000000001.payload`);
    first?.write('?', first.length - 1);
    const { backend, dropped, log } = await open();
    expect(backend.taken).to.deep.equal(['b', 'c']);
    expect(dropped).to.deep.equal({ unreadable: 1 });
    expect(names()).to.deep.equal(['000000000000001.torn']);
    expect(log[0]).to.include({ reason: 'its checksum is wrong' });
    expect(log[1]).to.include({ msg: 'nothing is dropped any more for this reason', reason: 'unreadable' });
  });

  it('counts a file that somebody took away', async () => {
    const { enqueue, backend, advance, dropped } = await open({ answer: unavailable });
    await enqueue('a', 'b');
    disk.files.delete(`${directory}/000000000000001.payload`);
    backend.answer = ok;
    await advance(5000);
    expect(backend.taken).to.deep.equal(['b']);
    expect(dropped).to.deep.equal({ unreadable: 1 });
  });

  it('waits where there are no file descriptors left', async () => {
    const { enqueue, backend, advance, dropped, log } = await open({ answer: unavailable });
    await enqueue('a');
    disk.fault = (operation) => (operation === 'read' ? 'EMFILE' : undefined);
    backend.answer = ok;
    await advance(5000);
    expect(backend.taken).to.deep.equal([]);
    expect(log.at(-1)?.msg).to.equal('cannot read from the queue on disk: no file descriptors left');
    await advance(7499);
    disk.fault = () => undefined;
    await advance(0);
    expect(backend.taken).to.deep.equal([]);
    await advance(1);
    expect(backend.taken).to.deep.equal(['a']);
    expect(dropped).to.deep.equal({});
  });

  it('does not open, and sets nothing aside, where it cannot look for want of file descriptors', async () => {
    await (await open({ answer: unavailable })).enqueue('a');
    disk.fault = (operation) => (operation === 'read' ? 'EMFILE' : undefined);
    const failure = await open().then(
      () => 'it opened',
      (error: Error) => error.message,
    );
    expect(failure).to.equal(`cannot read the queue in ${directory}: EMFILE: it was to fail`);
    expect(names()).to.deep.equal(['000000000000001.payload']);
  });

  it('does not let what comes pile up while a disk hangs', async () => {
    const clock = createManualClock();
    const mount = disk.mount();
    const test = await openTestQueue({
      queue: { storage, queue_size: 3 },
      fileSystem: mount,
      clock,
      answer: unavailable,
    });
    mount.die({ afterOperations: 0, done: 0 });
    for (const text of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) void test.enqueue(text);
    void test.queue.enqueue([payloadOf('h')]);
    await settled();
    expect(test.queue.size()).to.equal(3);
    const ended = test.queue.shutdown(1000);
    for (let step = 0; step < 50; step++) {
      await settled();
      clock.advance(100);
    }
    await ended;
  });
});
