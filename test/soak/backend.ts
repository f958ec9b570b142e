import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeProto } from '../fixtures/otlp/decoder.ts';
import type { Delivery } from './account.ts';
import { readingOf } from './readings.ts';

/** What a backend does with a request. Only `takes` takes it. */
export const moods = ['takes', 'unavailable', 'hurried', 'hangs', 'cuts', 'cuts after reading'] as const;
export type Mood = (typeof moods)[number];

export interface Backend {
  readonly url: string;
  readonly deliveries: readonly Delivery[];
  /** What a request was that it could not make sense of. */
  readonly nonsense: readonly string[];
  mood: Mood;
  close(): Promise<void>;
}

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** @param note told of every request */
export async function startBackend(note: (what: string) => void): Promise<Backend> {
  const deliveries: Delivery[] = [];
  const nonsense: string[] = [];

  const take = (body: Buffer, askedMs: number, response: ServerResponse): void => {
    // Taken is what was answered so, as far as this side can know.
    response.once('finish', () => {
      try {
        const reading = readingOf(decodeProto(gunzipSync(body)));
        if (reading === undefined) return;
        const fingerprint = createHash('sha256').update(body).digest('hex');
        note(`took the reading of ${new Date(reading.atMs).toISOString()}`);
        deliveries.push({ askedMs, answeredMs: Date.now(), fingerprint, reading });
      } catch (error) {
        nonsense.push((error as Error).message);
      }
    });
    response.writeHead(200).end();
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { mood } = backend;
    const askedMs = Date.now();
    note(`is asked, and ${mood}`);
    if (mood === 'cuts') return void request.destroy();
    const body = await readBody(request);
    switch (mood) {
      case 'takes':
        return take(body, askedMs, response);
      case 'unavailable':
        return void response.writeHead(503).end('later');
      case 'hurried':
        return void response.writeHead(429, { 'Retry-After': '1' }).end();
      case 'hangs':
        return;
      case 'cuts after reading':
        return void request.destroy();
    }
  };

  // A request that is cut off by a kill rejects, and is nobody's.
  const server = createServer((request, response) => void answer(request, response).catch(() => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const backend: Backend = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliveries,
    nonsense,
    mood: 'takes',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return backend;
}
