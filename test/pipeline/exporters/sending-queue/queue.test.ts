import { expect } from 'chai';
import type { DeliveryOutcome } from '../../../../pipeline/exporters/sending-queue/payload.ts';
import {
  badRequest,
  ok,
  openTestQueue,
  payloadOf,
  settled,
  storage,
  unavailable,
  type TestQueue,
} from './setup.ts';

const told = ({ log }: TestQueue) => log.map(({ level, msg }) => `${level}: ${msg}`);

describe('a sending queue', () => {
  it('sends at once what comes, each with an id of its own', async () => {
    const { enqueue, backend, queue } = await openTestQueue();
    await enqueue('a', 'b');
    expect(backend.taken).to.deep.equal(['a', 'b']);
    expect(new Set(backend.ids).size).to.equal(2);
    expect(queue.size()).to.equal(0);
  });

  it('has one request under way at a time', async () => {
    const { enqueue, backend, queue } = await openTestQueue({ answer: 'hang' });
    await enqueue('a', 'b', 'c');
    expect(backend.asked).to.deep.equal(['a']);
    expect(queue.size()).to.equal(3);
  });

  it('tries again what may work later, after intervals that grow, as the same request', async () => {
    const { enqueue, advance, backend } = await openTestQueue({ answer: unavailable });
    await enqueue('a');
    const asked: number[] = [];
    for (const afterMs of [4999, 1, 7499, 1, 11_249, 1]) {
      await advance(afterMs);
      asked.push(backend.asked.length);
    }
    expect(asked).to.deep.equal([1, 2, 2, 3, 3, 4]);
    expect(new Set(backend.ids).size).to.equal(1);
  });

  it('does not ask sooner than the backend wants', async () => {
    const { enqueue, advance, backend } = await openTestQueue({
      answer: { kind: 'retryable', reason: 'HTTP 429', retryAfterMs: 60_000 },
    });
    await enqueue('a');
    await advance(59_999);
    expect(backend.asked).to.have.length(1);
    await advance(1);
    expect(backend.asked).to.have.length(2);
  });

  it('does not ask sooner because something new came', async () => {
    const { enqueue, backend } = await openTestQueue({ answer: unavailable });
    await enqueue('a', 'b', 'c');
    expect(backend.asked).to.deep.equal(['a']);
  });

  it('makes up for an outage in order and without waiting for ticks', async () => {
    const { enqueue, advance, backend } = await openTestQueue({ answer: unavailable });
    await enqueue('a', 'b', 'c', 'd');
    backend.answer = ok;
    await advance(5000);
    expect(backend.taken).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('begins with short intervals again after it worked', async () => {
    const { enqueue, advance, backend } = await openTestQueue({ answer: unavailable });
    await enqueue('a');
    await advance(5000);
    backend.answer = ok;
    await advance(7500);
    backend.answer = unavailable;
    await enqueue('b');
    await advance(5000);
    expect(backend.asked).to.deep.equal(['a', 'a', 'a', 'b', 'b']);
  });

  it('begins with short intervals again after a refusal: the backend answers', async () => {
    const { enqueue, advance, backend } = await openTestQueue({ answer: unavailable });
    await enqueue('a', 'b');
    backend.answer = badRequest;
    await advance(5000);
    backend.answer = unavailable;
    await enqueue('c');
    expect(backend.asked).to.deep.equal(['a', 'a', 'b', 'c']);
    await advance(5000);
    expect(backend.asked.at(-1)).to.equal('c');
    expect(backend.asked).to.have.length(5);
  });

  it('drops what the backend refuses for good, and goes on with the next; who sends has said why', async () => {
    const test = await openTestQueue({ answer: badRequest });
    await test.enqueue('a', 'b');
    test.backend.answer = ok;
    await test.enqueue('c');
    expect(test.backend.taken).to.deep.equal(['c']);
    expect(test.dropped).to.deep.equal({ refused: 2 });
    expect(test.log).to.deep.equal([]);
  });

  it('counts of a request that went in parts only what was not delivered', async () => {
    const outcomes: DeliveryOutcome[] = [
      { kind: 'permanent', reason: 'HTTP 400', dataPoints: 3 },
      { kind: 'retryable', reason: 'HTTP 503', dataPoints: 4 },
    ];
    const test = await openTestQueue({
      retry: { enabled: false },
      send: async () => outcomes.shift() ?? ok,
    });
    await test.queue.enqueue([payloadOf('a', 10), payloadOf('b', 10)]);
    await settled();
    expect(test.dropped).to.deep.equal({ refused: 3, retries_exhausted: 4 });
  });

  it('drops the oldest where there is no room, and says so once', async () => {
    const test = await openTestQueue({ queue: { queue_size: 2 }, answer: unavailable });
    await test.enqueue('a', 'b', 'c', 'd');
    expect(test.dropped).to.deep.equal({ queue_full: 2 });
    expect(test.queue.size()).to.equal(2);
    expect(told(test)).to.deep.equal(['warn: the queue is full: the oldest requests are dropped']);
    test.backend.answer = ok;
    await test.advance(5000);
    expect(test.backend.taken).to.deep.equal(['c', 'd']);
    expect(told(test).slice(1)).to.deep.equal(['info: nothing is dropped any more for this reason']);
  });

  it('has room again only when nothing waits: until then it says nothing more', async () => {
    const test = await openTestQueue({ queue: { queue_size: 2 }, answer: unavailable });
    await test.enqueue('a', 'b', 'c');
    const outcomes: DeliveryOutcome[] = [ok, unavailable];
    Object.defineProperty(test.backend, 'answer', { get: () => outcomes.shift() ?? unavailable });
    await test.advance(5000);
    expect(test.backend.taken).to.deep.equal(['b']);
    expect(told(test)).to.deep.equal(['warn: the queue is full: the oldest requests are dropped']);
  });

  it('bounds bytes too, and drops what alone is more', async () => {
    const test = await openTestQueue({ queue: { max_bytes: 10 }, answer: unavailable });
    const { enqueue, dropped, queue } = test;
    await enqueue('aaaa', 'bbbb', 'cccc', 'x'.repeat(11));
    expect(dropped).to.deep.equal({ queue_full: 1, too_large: 1 });
    expect(queue.size()).to.equal(2);
    await enqueue('x'.repeat(10));
    expect(dropped).to.deep.equal({ queue_full: 3, too_large: 1 });
    expect(test.log.slice(1).map(({ msg, bytes, reason }) => ({ msg, bytes, reason }))).to.deep.equal([
      { msg: 'a request is larger than the whole queue may be: it is dropped', bytes: 11, reason: undefined },
      { msg: 'nothing is dropped any more for this reason', bytes: undefined, reason: 'too_large' },
    ]);
  });

  it('on disk counts the bytes of files', async () => {
    const { enqueue, dropped } = await openTestQueue({
      queue: { storage, max_bytes: 100 },
      answer: unavailable,
    });
    await enqueue('x');
    expect(dropped).to.deep.equal({ too_large: 1 });
  });

  it('does not drop what is under way: it may have arrived', async () => {
    const { enqueue, backend, queue } = await openTestQueue({ queue: { queue_size: 1 }, answer: 'hang' });
    await enqueue('a', 'b', 'c');
    expect(queue.size()).to.equal(2);
    expect(backend.asked).to.deep.equal(['a']);
  });

  it('drops what became too old', async () => {
    const { enqueue, advance, backend, dropped, log } = await openTestQueue({
      queue: { max_age: 20_000 },
      answer: unavailable,
    });
    await enqueue('a');
    await advance(15_000);
    await enqueue('b');
    backend.answer = ok;
    await advance(9000);
    expect(backend.taken).to.deep.equal(['b']);
    expect(dropped).to.deep.equal({ too_old: 1 });
    expect(log.at(-1)).to.include({ msg: 'nothing is dropped any more for this reason', reason: 'too_old' });
  });

  it('gives a request up after max_elapsed_time, and gives the next as long', async () => {
    const test = await openTestQueue({
      retry: { max_elapsed_time: 10_000, multiplier: 1 },
      answer: unavailable,
    });
    const { enqueue, advance, backend, dropped } = test;
    await advance(100_000);
    await enqueue('a', 'b');
    await advance(5000);
    expect(dropped).to.deep.equal({});
    await advance(5000);
    expect(dropped).to.deep.equal({ retries_exhausted: 1 });
    expect(backend.asked).to.deep.equal(['a', 'a', 'a']);
    await advance(5000);
    expect(backend.asked).to.deep.equal(['a', 'a', 'a', 'b']);
    backend.answer = ok;
    await advance(5000);
    expect(test.log.map(({ msg, reason }) => [msg, reason])).to.deep.equal([
      ['the backend does not take what it is sent: it is given up', 'HTTP 503'],
      ['nothing is dropped any more for this reason', 'retries_exhausted'],
    ]);
  });

  it('tries once where retries are off', async () => {
    const { enqueue, backend, dropped } = await openTestQueue({
      retry: { enabled: false },
      answer: unavailable,
    });
    await enqueue('a', 'b');
    expect(backend.asked).to.deep.equal(['a', 'b']);
    expect(dropped).to.deep.equal({ retries_exhausted: 2 });
  });

  it('keeps only the newest where it is off', async () => {
    const { enqueue, advance, backend, queue } = await openTestQueue({
      queue: { enabled: false },
      answer: unavailable,
    });
    await enqueue('a', 'b', 'c');
    expect(queue.capacity).to.equal(1);
    backend.answer = ok;
    await advance(5000);
    expect(backend.taken).to.deep.equal(['c']);
  });

  it('keeps all requests of the newest reading where it is off, and none of another', async () => {
    const { advance, backend, queue, dropped } = await openTestQueue({
      queue: { enabled: false },
      answer: unavailable,
    });
    await queue.enqueue(['a1', 'a2', 'a3'].map((text) => payloadOf(text)));
    await queue.enqueue(['b1', 'b2', 'b3'].map((text) => payloadOf(text)));
    await settled();
    backend.answer = ok;
    await advance(5000);
    expect(backend.taken).to.deep.equal(['b1', 'b2', 'b3']);
    expect(dropped).to.deep.equal({ queue_full: 3 });
  });

  it('sends nothing that is held, nor anything after it, until it is released', async () => {
    const { enqueue, backend, queue } = await openTestQueue();
    await queue.enqueue([{ ...payloadOf('a'), id: 'id-a' }], true);
    await enqueue('b');
    expect(backend.asked).to.deep.equal([]);
    expect(queue.size()).to.equal(2);
    queue.release(['id-a']);
    await settled();
    expect(backend.taken).to.deep.equal(['a', 'b']);
    expect(backend.ids[0]).to.equal('id-a');
  });

  it('goes on with older ones while something is held', async () => {
    const { enqueue, advance, backend, queue } = await openTestQueue({ answer: unavailable });
    await enqueue('a');
    await queue.enqueue([{ ...payloadOf('b'), id: 'id-b' }], true);
    backend.answer = ok;
    await advance(5000);
    expect(backend.taken).to.deep.equal(['a']);
  });

  it('takes a sender that breaks for a failure that may pass', async () => {
    const { enqueue, advance, backend } = await openTestQueue({ answer: 'break' });
    await enqueue('a');
    backend.answer = ok;
    await advance(5000);
    expect(backend.taken).to.deep.equal(['a']);
  });
});
