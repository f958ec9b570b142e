import { expect } from 'chai';
import fc from 'fast-check';
import { loadEncodings } from '../../../../../pipeline/exporters/otlphttp/encoding.ts';
import {
  countDataPoints,
  cutPayload,
  type Payload,
} from '../../../../../pipeline/exporters/otlphttp/payload.ts';
import { counter, point, receiverScope, resourceMetrics } from '../../../../fixtures/metrics.ts';
import { decodeJson, decodeProto, type OtlpPayload } from '../../../../fixtures/otlp/decoder.ts';
import { anyMetrics } from './arbitrary-metrics.ts';

const decode = ({ encoding, bytes }: Payload): readonly OtlpPayload[] =>
  encoding === 'proto' ? decodeProto(bytes) : decodeJson(Buffer.from(bytes).toString('utf8'));

/** Every data point with all that it is under, in order. */
const pointsOf = (payload: Payload): readonly unknown[] =>
  decode(payload).flatMap(({ resource, scopes }) =>
    scopes.flatMap(({ metrics, ...scope }) =>
      metrics.flatMap(({ points, ...metric }) =>
        points.map((each) => ({ resource, scope, metric, point: each })),
      ),
    ),
  );

for (const name of ['proto', 'json'] as const) {
  describe(`a payload in ${name} that is cut`, () => {
    const cutting = async (
      check: (whole: Payload, parts: readonly Payload[], maxBytes: number) => void,
    ): Promise<void> => {
      const encoding = (await loadEncodings())[name];
      fc.assert(
        fc.property(
          anyMetrics.filter((metrics) => countDataPoints(metrics) > 0),
          fc.double({ min: 0, max: 1.1, noNaN: true }),
          (metrics, share) => {
            const bytes = encoding.serialize(metrics);
            const whole = { encoding: name, bytes, dataPoints: countDataPoints(metrics) };
            const maxBytes = Math.ceil(bytes.byteLength * share);
            check(whole, cutPayload(whole, encoding, maxBytes), maxBytes);
          },
        ),
      );
    };

    it('is in its parts as it was: every point, under its resource, scope and metric, in order', () =>
      cutting((whole, parts) => expect(parts.flatMap(pointsOf)).to.deep.equal(pointsOf(whole))));

    it('has no part above the limit but one of a single point', () =>
      cutting((_, parts, maxBytes) => {
        const tooLarge = parts.filter(
          ({ bytes, dataPoints }) => bytes.byteLength > maxBytes && dataPoints > 1,
        );
        expect(tooLarge).to.deep.equal([]);
      }));

    it('is in as few parts as that takes, of about the same size', async () => {
      const encoding = (await loadEncodings())[name];
      const volumes = Array.from({ length: 500 }, (_, index) => ({ 'aws.ebs.volume.id': `vol-${index}` }));
      const metrics = resourceMetrics(
        { 'service.name': 'ebs-nvme-collector' },
        {
          [receiverScope]: ['io', 'operations', 'queue_length'].map((each) =>
            counter({ name: each }, ...volumes.map((volume, index) => point(index, volume))),
          ),
        },
      );
      const bytes = encoding.serialize(metrics);
      const whole = { encoding: name, bytes, dataPoints: countDataPoints(metrics) };
      for (const wanted of [2, 3, 7]) {
        const parts = cutPayload(whole, encoding, Math.ceil((bytes.byteLength / wanted) * 1.05));
        const sizes = parts.map((part) => part.bytes.byteLength);
        expect(parts).to.have.length(wanted);
        expect(Math.min(...sizes)).to.be.greaterThan(Math.max(...sizes) * 0.9);
      }
    });

    it('knows of each part how many points it has', () =>
      cutting((_, parts) =>
        expect(parts.map(({ dataPoints }) => dataPoints)).to.deep.equal(
          parts.map((part) => pointsOf(part).length),
        ),
      ));

    it('is left as it is where it is small enough', () =>
      cutting((whole, parts, maxBytes) => {
        if (whole.bytes.byteLength <= maxBytes) expect(parts).to.deep.equal([whole]);
      }));
  });
}

describe('a payload that cannot be read', () => {
  it('is not taken for one', async () => {
    const { takeApart } = (await loadEncodings()).proto;
    for (const bytes of [[0x0a, 0x05, 0x00], [0x0a], [0x0b], [0xff]]) {
      expect(() => takeApart(Uint8Array.from(bytes))).to.throw('no OTLP request');
    }
  });

  it('keeps fields that are newer than this program with their level', async () => {
    const { takeApart } = (await loadEncodings()).proto;
    // ResourceMetrics with an unknown field 15 of each wire type, and one point.
    const pointBytes = [0x12, 0x06, 0x12, 0x04, 0x2a, 0x02, 0x0a, 0x00];
    const unknown = [0x78, 0x96, 0x01, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7a, 0x01, 0xaa, 0x7d, 1, 2, 3, 4];
    const request = [0x0a, pointBytes.length + unknown.length, ...unknown, ...pointBytes];
    const [only, ...more] = takeApart(Uint8Array.from(request));
    expect(more).to.deep.equal([]);
    const rebuilt = only?.path
      .toReversed()
      .reduce<Uint8Array>((inner, level) => level.wrap([inner]), only.bytes);
    expect([...(rebuilt ?? [])]).to.deep.equal(request);
  });
});
