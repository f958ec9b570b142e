import { request } from 'node:http';

export type HttpAnswer =
  | { readonly ok: true; readonly status: number; readonly body: string }
  /** `errorType`: an errno, `aborted`, or `too_large`. */
  | { readonly ok: false; readonly errorType: string; readonly reason: string };

export interface HttpQuestion {
  readonly method: 'GET' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** An identity document has 500 bytes. Whatever answers with more is something else. */
const largestBodyBytes = 64 * 1024;

/** One request of its own connection, without proxies or redirects. Never rejects. */
export function boundedRequest(url: URL, { method, headers, signal }: HttpQuestion): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const fail = (error: unknown): void => {
      const { code = 'unknown', message } = error as NodeJS.ErrnoException;
      resolve({ ok: false, errorType: code === 'ABORT_ERR' ? 'aborted' : code, reason: message });
    };
    try {
      const outgoing = request(url, { method, headers, signal, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        let sizeBytes = 0;
        response.on('data', (chunk: Buffer) => {
          sizeBytes += chunk.length;
          chunks.push(chunk);
          if (sizeBytes <= largestBodyBytes) return;
          resolve({ ok: false, errorType: 'too_large', reason: `more than ${largestBodyBytes} bytes` });
          response.destroy();
        });
        response.on('error', fail);
        response.on('end', () =>
          resolve({
            ok: true,
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      outgoing.on('error', fail);
      outgoing.end();
    } catch (error) {
      // A header that HTTP does not allow: a token that is none.
      fail(error);
    }
  });
}
