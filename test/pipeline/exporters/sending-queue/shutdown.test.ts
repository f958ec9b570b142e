import { expect } from 'chai';
import { ok, openTestQueue, settled, unavailable } from './setup.ts';

describe('at shutdown a sending queue', () => {
  it('sends what waits, without minding the backoff', async () => {
    const { enqueue, queue, backend, dropped } = await openTestQueue({ answer: unavailable });
    await enqueue('a', 'b');
    backend.answer = ok;
    await queue.shutdown(1000);
    expect(backend.taken).to.deep.equal(['a', 'b']);
    expect(dropped).to.deep.equal({});
  });

  it('tries once where the backend does not work, and tells what is lost with the memory', async () => {
    const test = await openTestQueue({ answer: unavailable });
    await test.enqueue('a', 'b');
    await test.queue.shutdown(1000);
    expect(test.backend.asked).to.deep.equal(['a', 'a']);
    expect(test.dropped).to.deep.equal({ shutdown: 2 });
    expect(test.log.map(({ level, msg }) => `${level}: ${msg}`)).to.deep.equal([
      'warn: requests that could not be sent end with the process',
    ]);
    expect(test.queue.size()).to.equal(0);
  });

  it('waits no longer than it may, and calls off what is under way', async () => {
    const { enqueue, queue, clock, dropped } = await openTestQueue({ answer: 'hang' });
    await enqueue('a');
    const ended = queue.shutdown(1000);
    await settled();
    expect(queue.size()).to.equal(1);
    clock.advance(1000);
    await ended;
    expect(dropped).to.deep.equal({ shutdown: 1 });
    expect(clock.pending()).to.equal(0);
  });

  it('counts what is under way where not even that can be called off', async () => {
    const { enqueue, queue, clock, dropped } = await openTestQueue({
      send: () => new Promise(() => undefined),
    });
    await enqueue('a');
    const ended = queue.shutdown(1000);
    for (let step = 0; step < 3; step++) {
      await settled();
      clock.advance(1000);
    }
    await ended;
    expect(dropped).to.deep.equal({ shutdown: 1 });
  });

  it('tells once what is lost, however often it is told to end', async () => {
    const { enqueue, queue, dropped } = await openTestQueue({ answer: unavailable });
    await enqueue('a', 'b');
    await Promise.all([queue.shutdown(1000), queue.shutdown(1000)]);
    await queue.shutdown(1000);
    expect(dropped).to.deep.equal({ shutdown: 2 });
  });

  it('ends once, and takes nothing more', async () => {
    const { enqueue, queue, backend, dropped } = await openTestQueue();
    await Promise.all([queue.shutdown(1000), queue.shutdown(1000)]);
    await enqueue('late');
    expect(backend.asked).to.deep.equal([]);
    expect(dropped).to.deep.equal({ shutdown: 1 });
  });
});
