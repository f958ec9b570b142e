import { Agent, request } from 'node:http';

/** Asks for a page as Prometheus does: on one connection that is kept. */

export interface Scrape {
  /** From the request to the last byte. */
  readonly wallMs: number;
  /** As they came over the wire. */
  readonly bytes: number;
}

export interface ScrapeOptions {
  readonly gzip: boolean;
  readonly accept?: string;
}

export interface Scraper {
  /** @throws where the answer is not a page */
  scrape(options: ScrapeOptions): Promise<Scrape>;
  /** The page as text, uncompressed. */
  page(): Promise<string>;
  close(): void;
}

export function createScraper(url: string): Scraper {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  const get = ({ gzip, accept = 'text/plain' }: ScrapeOptions): Promise<Buffer[]> =>
    new Promise((resolve, reject) => {
      const headers = { accept, 'accept-encoding': gzip ? 'gzip' : 'identity' };
      const outgoing = request(url, { agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(chunks);
          else reject(new Error(`${url} answered ${answer.statusCode}: ${Buffer.concat(chunks).toString()}`));
        });
      });
      outgoing.on('error', reject);
      outgoing.end();
    });

  return {
    async scrape(options) {
      const startMs = performance.now();
      const chunks = await get(options);
      return {
        wallMs: performance.now() - startMs,
        bytes: chunks.reduce((sum, { length }) => sum + length, 0),
      };
    },
    page: async () => Buffer.concat(await get({ gzip: false })).toString(),
    close: () => agent.destroy(),
  };
}
