import { expect } from 'chai';
import { expectedPayload } from '../../../fixtures/otlp/expected.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../../../fixtures/otlp-receiver.ts';
import { sample, startExporter, until } from './setup.ts';

describe('what an otlphttp exporter sends', () => {
  let receiver: OtlpReceiver;
  beforeEach(async () => (receiver = await startOtlpReceiver()));
  afterEach(() => receiver.close());

  for (const encoding of ['proto', 'json'] as const) {
    for (const compression of ['gzip', 'none'] as const) {
      it(`is what the pipeline holds, in ${encoding} with compression ${compression}`, async () => {
        const { exporter } = await startExporter({ endpoint: receiver.url, encoding, compression });
        const { payloads, headers, path } = await receiver.push(1);
        await exporter.shutdown(1000);
        expect(payloads).to.deep.equal([expectedPayload(sample)]);
        expect(path).to.equal('/v1/metrics');
        expect(headers['content-type']).to.equal(
          encoding === 'proto' ? 'application/x-protobuf' : 'application/json',
        );
        expect(headers['content-encoding']).to.equal(compression === 'gzip' ? 'gzip' : undefined);
        expect(headers['user-agent']).to.match(/^ebs-nvme-collector\/\d+\.\d+\.\d+$/);
      });
    }
  }

  it('goes to a metrics endpoint as it is', async () => {
    const { exporter } = await startExporter({
      metrics_endpoint: `${receiver.url}/opentelemetry/api?tenant=7`,
    });
    const { path } = await receiver.push(1);
    await exporter.shutdown(1000);
    expect(path).to.equal('/opentelemetry/api?tenant=7');
  });

  it('goes through one connection', async () => {
    const { exporter, tick } = await startExporter({ endpoint: receiver.url });
    await receiver.push(1);
    await until(() => {
      tick();
      return receiver.pushes.length >= 3;
    });
    await exporter.shutdown(1000);
    expect(new Set(receiver.pushes.map(({ clientPort }) => clientPort)).size).to.equal(1);
  });

  describe('as headers', () => {
    const leaked = {
      OTEL_EXPORTER_OTLP_HEADERS: 'x-environment=leaked',
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'x-metrics-environment=leaked',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '1',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
    };
    beforeEach(() => void Object.assign(process.env, leaked));
    afterEach(() => {
      for (const name of Object.keys(leaked)) delete process.env[name];
    });

    it('has its own, neither another exporter’s nor the environment’s', async () => {
      const other = await startOtlpReceiver();
      const ours = await startExporter({ endpoint: receiver.url, headers: { 'x-api-key': 'ours' } });
      const theirs = await startExporter({
        endpoint: other.url,
        headers: { authorization: 'Bearer theirs' },
      });
      const [toOurs, toTheirs] = await Promise.all([receiver.push(1), other.push(1)]);
      await Promise.all([ours.exporter.shutdown(1000), theirs.exporter.shutdown(1000)]);
      await other.close();

      expect(toOurs.headers['x-api-key']).to.equal('ours');
      expect(toOurs.headers.authorization).to.equal(undefined);
      expect(toTheirs.headers.authorization).to.equal('Bearer theirs');
      expect(toTheirs.headers['x-api-key']).to.equal(undefined);
      for (const { headers } of [...receiver.pushes, ...other.pushes]) {
        expect(headers).not.to.have.any.keys('x-environment', 'x-metrics-environment');
        expect(headers['content-encoding']).to.equal('gzip');
      }
      expect(process.env).to.include(leaked);
    });
  });
});
