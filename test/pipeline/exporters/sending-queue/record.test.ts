import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  decodeRecord,
  encodeRecord,
  headBytes,
  readHead,
  type PayloadRecord,
} from '../../../../pipeline/exporters/sending-queue/record.ts';
import { payloadOf } from './setup.ts';

const birth = {
  createdAtMs: 1_700_000_000_123,
  uptimeMs: 4242,
  bootId: '1b4e28ba-2fa1-11d2-883f-0016d3cca427',
};
const record = (body: Uint8Array, contentEncoding: string | undefined = 'gzip'): PayloadRecord => ({
  payload: {
    ...payloadOf(''),
    body,
    contentEncoding,
    dataPoints: 7,
    id: 'an-id',
    createdAtMs: birth.createdAtMs,
  },
  birth,
});

describe("a payload's file", () => {
  it('gives back what was put in, whatever its bytes', () => {
    const encoding = fc.option(fc.constant('gzip'), { nil: undefined });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), encoding, (body, contentEncoding) => {
        const { payload } = record(body);
        const file = encodeRecord({ payload: { ...payload, contentEncoding }, birth });
        const decoded = decodeRecord(file);
        expect(decoded).to.deep.equal({ ...payload, contentEncoding, body: Buffer.from(body) });
        expect(readHead(file.subarray(0, headBytes), file.length)).to.deep.equal({
          id: 'an-id',
          dataPoints: 7,
          birth,
        });
      }),
    );
  });

  it('says in its first lines what it is', () => {
    const text = encodeRecord(record(Buffer.from('body'))).toString();
    expect(text.replace(/[0-9a-f]{64}/, 'SHA')).to.equal(
      'ebs-nvme-collector payload 1 SHA 190\n' +
        '{"id":"an-id","contentType":"application/x-protobuf","contentEncoding":"gzip","dataPoints":7,' +
        '"createdAtMs":1700000000123,"uptimeMs":4242,"bootId":"1b4e28ba-2fa1-11d2-883f-0016d3cca427"}\n' +
        'body',
    );
  });

  it('is torn wherever it ends early', () => {
    const file = encodeRecord(record(Buffer.from('a body of some length')));
    for (let length = 0; length < file.length; length++) {
      const torn = file.subarray(0, length);
      expect(readHead(torn.subarray(0, headBytes), length)).to.equal(undefined);
      expect(decodeRecord(torn)).to.equal(undefined);
    }
  });

  it('is torn when any byte of it is another', () => {
    const file = encodeRecord(record(Buffer.from('a body of some length')));
    for (let at = 0; at < file.length; at++) {
      const changed = Buffer.from(file);
      changed.writeUInt8(file.readUInt8(at) ^ 0x01, at);
      // The length is for the look at the head only; the digest covers all that follows it.
      const inLength = at > file.indexOf(' 1 ') + 67 && at < file.indexOf('\n');
      if (inLength) expect(readHead(changed.subarray(0, headBytes), file.length)).to.equal(undefined);
      else expect(decodeRecord(changed)).to.equal(undefined);
    }
  });

  it('is torn without its second line break, though its checksum is right', () => {
    const file = encodeRecord(record(Buffer.alloc(0))).toString();
    const rest = file.slice(file.indexOf('\n') + 1, -1) + 'x';
    const sum = createHash('sha256').update(rest).digest('hex');
    const torn = Buffer.from(`ebs-nvme-collector payload 1 ${sum} ${rest.length}\n${rest}`);
    expect(decodeRecord(torn)).to.equal(undefined);
    expect(readHead(torn, torn.length)).to.equal(undefined);
  });

  it('is torn whatever else it holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeRecord(bytes)).to.equal(undefined);
        expect(readHead(bytes, bytes.length)).to.equal(undefined);
      }),
    );
  });

  it('is not taken with what cannot be a header, a count or a time', () => {
    const wrong: readonly Partial<PayloadRecord['payload']>[] = [
      { contentType: 'a\r\nb' },
      { contentType: '' },
      { contentEncoding: 'gzip\n' },
      { id: 'ü' },
      { id: 7 as unknown as string },
      { dataPoints: -1 },
      { dataPoints: 1.5 },
      { createdAtMs: Number.NaN },
    ];
    for (const part of wrong) {
      const { payload } = record(Buffer.from('x'));
      expect(decodeRecord(encodeRecord({ payload: { ...payload, ...part }, birth }))).to.equal(undefined);
    }
    expect(
      decodeRecord(
        encodeRecord({ ...record(Buffer.from('x')), birth: { ...birth, bootId: 7 as unknown as string } }),
      ),
    ).to.equal(undefined);
  });
});
