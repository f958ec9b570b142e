import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtoExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { expect } from 'chai';
import { startOtlpReceiver } from '../../../fixtures/otlp-receiver.ts';
import { sample, startExporter } from './setup.ts';

/** OpenTelemetry's own exporters as the oracle: a backend should not be able to tell which one pushed. */
const oracles = { proto: ProtoExporter, json: JsonExporter } as const;

for (const encoding of ['proto', 'json'] as const) {
  for (const compression of ['gzip', 'none'] as const) {
    it(`OpenTelemetry’s own exporter sends the same in ${encoding} with compression ${compression}`, async () => {
      const receiver = await startOtlpReceiver();
      const { exporter } = await startExporter({ endpoint: receiver.url, encoding, compression });
      const ours = await receiver.push(1);
      await exporter.shutdown(1000);

      const theirs = new oracles[encoding]({
        url: `${receiver.url}/v1/metrics`,
        compression: compression as NonNullable<
          ConstructorParameters<typeof JsonExporter>[0]
        >['compression'] &
          string,
      });
      const before = receiver.pushes.length;
      await new Promise((resolve) => theirs.export(sample, resolve));
      await theirs.shutdown();
      const oracle = await receiver.push(before + 1);
      await receiver.close();

      expect(ours.payloads).to.deep.equal(oracle.payloads);
      expect(ours.sizeBytes).to.equal(oracle.sizeBytes);
      expect(ours.path).to.equal(oracle.path);
      for (const header of ['content-type', 'content-encoding']) {
        expect(ours.headers[header]).to.equal(oracle.headers[header]);
      }
    });
  }
}
