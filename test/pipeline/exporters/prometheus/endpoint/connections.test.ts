import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { createConnections } from '../../../../../pipeline/exporters/prometheus/endpoint/connections.ts';
import { eventually } from '../../../../fixtures/eventually.ts';

/** Until who is connected and does not ask has had its time. It begins two turns of the event loop after the connection. */
async function outOfPatience(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await turn();
  await sleep(60);
}

describe('connections that come faster than they are read', () => {
  it('are given the time to ask: the last one goes, and later the first that was silent', async () => {
    let port = 0;
    const gone: string[] = [];
    const socket = (name: string): Socket =>
      Object.assign(new EventEmitter(), {
        remoteAddress: '127.0.0.1',
        remotePort: ++port,
        localAddress: '127.0.0.1',
        destroy: () => void gone.push(name),
      }) as unknown as Socket;
    const connections = createConnections({ maxConnections: 2, writeTimeoutMs: 60_000 }, () => undefined);
    const open = (...names: readonly string[]) => names.forEach((name) => connections.opened(socket(name)));
    open('first', 'second', 'third', 'fourth');
    expect(gone).to.deep.equal(['third', 'fourth']);
    await outOfPatience();
    open('fifth');
    expect(gone).to.deep.equal(['third', 'fourth', 'first']);
  });
});

describe('the connections of a server', () => {
  let server: Server;
  const clients: Socket[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function listening(
    limits: { maxConnections?: number; writeTimeoutMs?: number },
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ) {
    const refused: string[] = [];
    const connections = createConnections(
      { maxConnections: 3, writeTimeoutMs: 60_000, ...limits },
      (why) => void refused.push(why),
    );
    server = createServer((request, response) => {
      if (connections.asked(request, response)) answer(request, response);
    });
    server.on('connection', connections.opened);
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const { port } = server.address() as AddressInfo;
    const open = async (
      text = '',
      from = '127.0.0.1',
      other: { readonly host?: string; readonly localPort?: number } = {},
    ) => {
      const client = connect({ port, host: '127.0.0.1', localAddress: from, ...other });
      clients.push(client);
      const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
      const received: Buffer[] = [];
      client.on('data', (chunk) => received.push(chunk)).on('error', () => undefined);
      await new Promise((resolve) => client.once('connect', resolve));
      if (text !== '') client.write(text);
      return { client, closed, text: () => Buffer.concat(received).toString() };
    };
    return { connections, refused, open };
  }
  const get = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

  it('end the oldest silent one when there are too many', async () => {
    const { open, refused } = await listening({}, (_request, response) => void response.end('ok'));
    const first = await open();
    await open();
    await open();
    await outOfPatience();
    const asking = await open(get);
    const answered = new Promise((resolve) => asking.client.once('data', resolve));
    await first.closed;
    expect(refused).to.deep.equal(['connections']);
    await answered;
    expect(asking.text()).to.match(/^HTTP\/1.1 200 /);
  });

  it('end one of the crowd, not the only one of another address', async () => {
    const { open } = await listening({}, (_request, response) => void response.end('ok'));
    const alone = await open('', '127.0.0.2');
    const first = await open();
    await open();
    await outOfPatience();
    await open();
    await first.closed;
    alone.client.write(get);
    await new Promise((resolve) => alone.client.once('data', resolve));
  });

  it('are told apart where one client has one port for two of them, to two addresses of the machine', async () => {
    const { open } = await listening({}, (_request, response) => void response.end('ok'));
    const first = await open();
    const second = await open('', '127.0.0.1', { host: '127.0.0.2', localPort: first.client.localPort! });
    second.client.destroy();
    await second.closed;
    await eventually(
      'one connection',
      () => new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count))),
      (count) => count === 1,
    );
    first.client.write(get);
    await new Promise((resolve, reject) => {
      first.client.once('data', resolve).once('close', () => reject(new Error('no answer')));
    });
  });

  it('end a client that does not take its answer in time', async () => {
    const { open, refused, connections } = await listening({ writeTimeoutMs: 50 }, (_request, response) => {
      // More than the kernel takes from us before the client does.
      response.end(Buffer.alloc(64 * 1024 * 1024));
      connections.answered(response);
    });
    const slow = await open();
    slow.client.pause();
    slow.client.write(get);
    // A paused socket does not see its end; the server does.
    await new Promise((resolve) =>
      server.once('request', (_request, response) => response.once('close', resolve)),
    );
    expect(refused).to.deep.equal(['slow']);
  });

  it('let nobody send many requests ahead', async () => {
    let asked = 0;
    const { open } = await listening({}, () => (asked += 1));
    const { closed } = await open(get.repeat(100));
    await closed;
    expect(asked).to.equal(8);
  });

  it('leave nothing behind of what was sent ahead when they end', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const { open, connections, refused } = await listening({}, (_request, response) => {
      response.end(Buffer.alloc(64 * 1024 * 1024));
      connections.answered(response);
    });
    const before = timers();
    const slow = await open();
    slow.client.pause();
    slow.client.write(get.repeat(3));
    await eventually('the timers of answers', timers, (now) => now >= before + 3);
    slow.client.destroy();
    await eventually('the timers of answers', timers, (now) => now <= before);
    expect(refused).to.deep.equal([]);
  });

  it('are made anew where they are outdated', async () => {
    const { open, connections } = await listening({}, (_request, response) => void response.end('ok'));
    const kept = await open(get);
    await new Promise((resolve) => kept.client.once('data', resolve));
    connections.outdate();
    kept.client.write(get);
    await kept.closed;
    expect(kept.text().match(/^Connection: \S+/gm)).to.deep.equal([
      'Connection: keep-alive',
      'Connection: close',
    ]);
  });
});
