import { expect } from 'chai';
import { deliveryOfAnswer, deliveryOfError } from '../../../../pipeline/exporters/otlphttp/delivery.ts';
import { loadEncodings, type OtlpEncoding } from '../../../../pipeline/exporters/otlphttp/encoding.ts';
import { encodePartialSuccess } from '../../../fixtures/otlp/decoder.ts';

const url = new URL('http://otlp.example.com:4318/v1/metrics');
const nowMs = Date.parse('2026-11-21T12:00:00Z');

describe('what became of a request', () => {
  let encodings: readonly OtlpEncoding[];
  before(async () => (encodings = Object.values(await loadEncodings())));

  const answered = (
    status: number,
    body: Uint8Array | string = '',
    retryAfter?: string,
    encoding = encodings[0]!,
  ) =>
    deliveryOfAnswer(
      { status, statusText: '', location: undefined, retryAfter, body: Buffer.from(body) },
      encoding,
      url,
      nowMs,
    );

  it('is retryable where OTLP says so, and permanent with all else', () => {
    const kinds = [429, 502, 503, 504, 400, 401, 404, 500, 501, 301].map((status) => answered(status).kind);
    expect(kinds).to.deep.equal([
      ...Array<string>(4).fill('retryable'),
      ...Array<string>(6).fill('permanent'),
    ]);
  });

  it('is too large with 413', () => expect(answered(413).kind).to.equal('too_large'));

  it('is delivered with any 2xx, whatever the backend says beside it', () => {
    for (const [status, body] of [
      [200, ''],
      [202, 'accepted'],
      [204, ''],
      [200, '{}'],
      [200, 'null'],
      [200, '{"partialSuccess":{}}'],
      [200, Uint8Array.of(0x0a, 0x00)],
    ] as const) {
      for (const encoding of encodings) {
        expect(answered(status, body, undefined, encoding)).to.deep.equal({
          kind: 'delivered',
          partialSuccess: undefined,
        });
      }
    }
  });

  it('has what the backend did not take, in either encoding', () => {
    const partialSuccess = { rejectedDataPoints: 5, errorMessage: 'too old' };
    const delivered = { kind: 'delivered', partialSuccess };
    const [proto, json] = encodings;
    expect(answered(200, encodePartialSuccess(partialSuccess), undefined, proto)).to.deep.equal(delivered);
    const text = '{"partialSuccess":{"rejectedDataPoints":"5","errorMessage":"too old"}}';
    expect(answered(200, text, undefined, json)).to.deep.equal(delivered);
    const warning = '{"partialSuccess":{"rejectedDataPoints":null,"errorMessage":"slow down"}}';
    expect(answered(200, warning, undefined, json)).to.deep.equal({
      kind: 'delivered',
      partialSuccess: { rejectedDataPoints: 0, errorMessage: 'slow down' },
    });
  });

  it('is retryable without an answer: soon where that passes by itself, later where somebody has to mend it', () => {
    const failed = (code: string) => deliveryOfError(Object.assign(new Error(code), { code }), url);
    expect(failed('ECONNREFUSED')).to.include({ kind: 'retryable', retryAfterMs: undefined });
    expect(failed('ENOTFOUND')).to.include({ kind: 'retryable', retryAfterMs: undefined });
    expect(failed('CERT_HAS_EXPIRED')).to.include({ kind: 'retryable', retryAfterMs: 60_000 });
  });

  it('says when to come back, in seconds or by a date', () => {
    expect(answered(503, '', '120')).to.include({ retryAfterMs: 120_000 });
    expect(answered(429, '', 'Sat, 21 Nov 2026 12:00:30 GMT')).to.include({ retryAfterMs: 30_000 });
    expect(answered(429)).to.include({ retryAfterMs: undefined });
  });
});
