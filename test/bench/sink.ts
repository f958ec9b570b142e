import { createServer } from 'node:http';
import { listenOnLoopback } from '../fixtures/loopback-server.ts';

/** An OTLP backend that takes everything and looks at nothing: what it costs is nobody's. */
export interface Sink {
  readonly url: string;
  /** The size of the next push, as it came over the wire. */
  nextPushBytes(): Promise<number>;
  close(): Promise<void>;
}

export async function startSink(): Promise<Sink> {
  const waiting: ((bytes: number) => void)[] = [];
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => {
      response.end();
      for (const resolve of waiting.splice(0)) resolve(bytes);
    });
  });
  const { port, close } = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    nextPushBytes: () => new Promise((resolve) => waiting.push(resolve)),
    close,
  };
}
