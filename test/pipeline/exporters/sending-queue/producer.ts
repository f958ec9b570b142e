import { createInterface } from 'node:readline';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { createLogger } from '../../../../pipeline/telemetry/logger.ts';
import { queueDirectory } from '../../../../pipeline/exporters/sending-queue/directory.ts';
import type { DeliveryOutcome, SendPayload } from '../../../../pipeline/exporters/sending-queue/payload.ts';
import { openSendingQueue } from '../../../../pipeline/exporters/sending-queue/queue.ts';
import { payloadOf, queueDefaults, retryDefaults } from './setup.ts';

/**
 * A queue in a process of its own, to be killed. Enqueues the numbers from the one it is given, says so of each once it
 * is kept, and sends them to a server. Ends when it is told to.
 */
const [storage = '', url = '', from = '0', count = '1000000', bodyBytes = '100', maxBytes = ''] =
  process.argv.slice(2);

const post: SendPayload = (payload, signal) =>
  new Promise((resolve) => {
    const failed = (reason: string): void => resolve({ kind: 'retryable', reason });
    const outgoing = request(url, { method: 'POST', signal, headers: { 'x-id': payload.id } }, (response) => {
      response.resume();
      response.on('end', () => {
        const outcome: DeliveryOutcome = { kind: 'ok' };
        if (response.statusCode === 200) resolve(outcome);
        else failed(String(response.statusCode));
      });
    });
    outgoing.on('error', ({ message }) => failed(message));
    outgoing.end(payload.body);
  });

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const queue = await openSendingQueue({
  exporterId: 'otlphttp/test',
  queue: { ...queueDefaults, storage, max_bytes: maxBytes === '' ? undefined : Number(maxBytes) },
  retry: { ...retryDefaults, initial_interval: 5, max_interval: 20 },
  send: post,
  countDropped: (reason, dataPoints) => say(`dropped ${dataPoints} ${reason}`),
  logger: createLogger({
    settings: () => ({ level: 'info', encoding: 'json' }),
    write: (line) => say(`log ${line.trim()}`),
    now: () => new Date(),
  }),
});
queue.begin();
say('open');
let told = false;
createInterface({ input: process.stdin }).on('line', () => (told = true));
for (let number = Number(from); number < Number(from) + Number(count) && !told; number++) {
  await queue.enqueue([payloadOf(String(number).padEnd(Number(bodyBytes)))]);
  say(`kept ${number}`);
  await new Promise((resolve) => setTimeout(resolve, 1));
}
say(
  `${(await readdir(queueDirectory(storage, 'otlphttp/test'))).filter((name) => !name.startsWith('lock.')).length} files`,
);
say('all kept');
const wait = setInterval(() => {
  if (!told) return;
  clearInterval(wait);
  void queue.shutdown(10_000).then(() => {
    say('ended');
    process.exit(0);
  });
}, 5);
