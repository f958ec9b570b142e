import type { IncomingMessage } from 'node:http';
import type { Logger } from '../../telemetry/logger.ts';
import type { Collection } from '../../collection.ts';
import type { ExpositionFormat } from './exposition-format.ts';
import { landingPage } from './landing-page.ts';
import { landingPolicy } from './landing-style.ts';
import { acceptsGzip, negotiateFormat } from './negotiation.ts';
import type { RenderedPage } from './rendered-page.ts';
import { type Reply, textReply } from './reply.ts';
import type { Health, StatusView } from './status.ts';

/** Below this a compressed page is not worth its header. */
const minGzipBytes = 1_024;

/** What there is to serve. */
export interface Served {
  readonly collect: () => Promise<Collection>;
  readonly render: (collection: Collection, format: ExpositionFormat) => RenderedPage;
  readonly health: () => Health;
  readonly status: () => StatusView;
  readonly logger: Logger;
  /** What a Prometheus must be told beside the address. */
  readonly scrapeLines: readonly string[];
}

/** Who asked. */
export interface Client {
  /** Whether they still wait for the answer. */
  waiting(): boolean;
  /** Ends their connection in the middle of the answer. */
  cut(): void;
}

/** Undefined when nobody waits any more. */
export type Answer = (request: IncomingMessage, client: Client) => Promise<Reply | undefined>;

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? '';
}

function metricsAnswer({ collect, render, logger }: Served): Answer {
  let failing = false;
  return async ({ method, headers }, client) => {
    const format = negotiateFormat(headers.accept);
    const vary = { Vary: 'Accept, Accept-Encoding' };
    let page: RenderedPage;
    try {
      const collection = await collect();
      if (!client.waiting()) return undefined;
      // Whether it can be collected is all that HEAD has to tell: a page is not made for its length.
      if (method === 'HEAD') return { status: 200, contentType: format.contentType, headers: vary };
      page = render(collection, format);
      if (failing) logger.info('metrics are served again');
      failing = false;
    } catch (error) {
      const reason = firstLine(error);
      if (!failing) logger.error('metrics cannot be served', { error: reason });
      failing = true;
      return textReply(500, `cannot collect metrics: ${reason}`);
    }
    const { contentType, body } = page;
    if (body.length < minGzipBytes || !acceptsGzip(headers['accept-encoding']?.toString())) {
      return { status: 200, contentType, body, headers: vary, release: page.hold(() => client.cut()) };
    }
    return {
      status: 200,
      contentType,
      body: await page.gzipped(),
      headers: { ...vary, 'Content-Encoding': 'gzip' },
    };
  };
}

function readiness({ ready, reasons }: Health): Reply {
  if (ready) return textReply(200, 'ready');
  return textReply(503, reasons.length > 0 ? reasons.join('\n') : 'not ready');
}

/** The paths, in the order in which they are listed to those who ask for another. */
export function createAnswer(served: Served): Answer {
  const routes: ReadonlyMap<string, Answer> = new Map<string, Answer>([
    [
      '/',
      async ({ headers }) => {
        // Where nobody scrapes yet, the last reading may be of long ago. What failed of this one, the page says itself.
        await served.collect().catch(() => undefined);
        return {
          status: 200,
          contentType: 'text/html; charset=utf-8',
          body: landingPage(served.status(), served.health(), headers.host ?? '', served.scrapeLines),
          headers: { 'Content-Security-Policy': landingPolicy },
        };
      },
    ],
    ['/metrics', metricsAnswer(served)],
    ['/healthz', async () => textReply(200, 'ok')],
    ['/readyz', async () => readiness(served.health())],
  ]);
  const notFound = textReply(404, `not found; there is ${[...routes.keys()].join(', ')}`);
  const notAllowed = textReply(405, 'only GET and HEAD', { Allow: 'GET, HEAD' });

  return async (request, client) => {
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    const answer = routes.get(path);
    if (answer === undefined) return notFound;
    if (request.method !== 'GET' && request.method !== 'HEAD') return notAllowed;
    return answer(request, client);
  };
}
