import { expect } from 'chai';
import { createManualClock } from '../../../fixtures/manual-clock.ts';
import { ok, openTestQueue, payloadOf, settled, storage, textOf, unavailable } from './setup.ts';
import { createVirtualFileSystem } from './virtual-file-system.ts';

describe('a sending queue that is followed by another', () => {
  it('leaves to it what it did not send, in order and as the same requests', async () => {
    const before = await openTestQueue({ answer: unavailable });
    await before.enqueue('a', 'b');
    const inherited = await before.queue.handOver(1000);
    expect(before.backend.asked).to.deep.equal(['a']);
    expect(before.dropped).to.deep.equal({});
    const after = await openTestQueue({ inherited });
    await after.enqueue('c');
    expect(after.backend.taken).to.deep.equal(['a', 'b', 'c']);
    expect(after.backend.ids[0]).to.equal(before.backend.ids[0]);
  });

  it('waits for what is under way, and sends nothing more', async () => {
    let answer = (): void => undefined;
    const asked: string[] = [];
    const { enqueue, queue } = await openTestQueue({
      send: (payload) => {
        asked.push(textOf(payload));
        return new Promise((resolve) => (answer = () => resolve(ok)));
      },
    });
    await enqueue('a', 'b');
    const handed = queue.handOver(1000);
    await settled();
    answer();
    expect((await handed).map(({ payload }) => textOf(payload))).to.deep.equal(['b']);
    expect(asked).to.deep.equal(['a']);
  });

  it('calls off what is under way when the time is over, and leaves it too', async () => {
    const { enqueue, queue, clock } = await openTestQueue({ answer: 'hang' });
    await enqueue('a', 'b');
    const handed = queue.handOver(1000);
    await settled();
    clock.advance(1000);
    expect((await handed).map(({ payload }) => textOf(payload))).to.deep.equal(['a', 'b']);
    expect(clock.pending()).to.equal(0);
  });

  it('keeps the age of what it leaves', async () => {
    const clock = createManualClock();
    const before = await openTestQueue({ clock, queue: { max_age: 20_000 }, answer: unavailable });
    await before.enqueue('a');
    await before.advance(15_000);
    const inherited = await before.queue.handOver(0);
    clock.advance(6000);
    const after = await openTestQueue({ clock, queue: { max_age: 20_000 }, inherited });
    expect(after.dropped).to.deep.equal({ too_old: 1 });
  });

  it('on disk leaves it there, and gives the directory free', async () => {
    const disk = createVirtualFileSystem();
    const before = await openTestQueue({
      queue: { storage },
      fileSystem: disk.mount(),
      answer: unavailable,
    });
    await before.enqueue('a');
    expect(await before.queue.handOver(1000)).to.deep.equal([]);
    expect(before.released()).to.equal(1);
    const after = await openTestQueue({ queue: { storage }, fileSystem: disk.mount() });
    expect(after.backend.taken).to.deep.equal(['a']);
  });

  it('does not leave to it what was delivered, where the disk can remove that by then', async () => {
    const disk = createVirtualFileSystem();
    disk.fault = (operation) => (['remove', 'empty'].includes(operation) ? 'EIO' : undefined);
    const before = await openTestQueue({ queue: { storage }, fileSystem: disk.mount() });
    await before.enqueue('a', 'b');
    disk.fault = () => undefined;
    await before.queue.handOver(1000);
    const after = await openTestQueue({ queue: { storage }, fileSystem: disk.mount() });
    expect(after.backend.asked).to.deep.equal([]);
  });

  it('leaves what a disk did not take, and nothing of it on the disk', async () => {
    const disk = createVirtualFileSystem();
    const before = await openTestQueue({
      queue: { storage },
      fileSystem: disk.mount(),
      answer: unavailable,
    });
    disk.fault = (operation) => (operation === 'syncDirectory' ? 'EIO' : undefined);
    await before.enqueue('a');
    const inherited = await before.queue.handOver(1000);
    disk.fault = () => undefined;
    const after = await openTestQueue({ queue: { storage }, fileSystem: disk.mount(), inherited });
    expect(after.backend.taken).to.deep.equal(['a']);
    expect([...disk.files.keys()]).to.deep.equal([]);
  });
});

describe('a sending queue that has not begun', () => {
  const left = async () => {
    const disk = createVirtualFileSystem();
    const before = await openTestQueue({
      queue: { storage },
      fileSystem: disk.mount(),
      answer: unavailable,
    });
    await before.queue.enqueue(
      ['a', 'b', 'c'].map((text) => ({ ...payloadOf(text), id: `id-${text}` })),
      true,
    );
    const open = () => openTestQueue({ queue: { storage }, fileSystem: disk.mount(), begins: false });
    return { disk, open };
  };

  it('says which requests an earlier process left, each whole', async () => {
    const { disk, open } = await left();
    const { queue, backend } = await open();
    expect(await queue.hasAll(['id-a', 'id-c'])).to.equal(true);
    expect(await queue.hasAll([])).to.equal(true);
    expect(await queue.hasAll(['id-a', 'id-d'])).to.equal(false);
    const [first = ''] = [...disk.files.keys()];
    const torn = Buffer.from(disk.files.get(first) ?? '');
    torn[torn.length - 1] = 0;
    disk.files.set(first, torn);
    expect(await queue.hasAll(['id-a'])).to.equal(false);
    expect(backend.asked).to.deep.equal([]);
  });

  it('forgets what is taken back, and sends the rest', async () => {
    const { disk, open } = await left();
    const { queue, backend, dropped } = await open();
    await queue.takeBack(['id-a', 'id-c', 'id-d']);
    expect(disk.files.size).to.equal(1);
    queue.begin();
    await settled();
    expect(backend.taken).to.deep.equal(['b']);
    expect(dropped).to.deep.equal({});
  });
});
