import { expect } from 'chai';
import { createExporterContext } from '../../../fixtures/component-context.ts';
import {
  counter,
  gauge,
  histogram,
  histogramValue,
  point,
  receiverScope,
  resourceMetrics,
} from '../../../fixtures/metrics.ts';
import {
  installTimeoutMs,
  startVictoriaMetrics,
  type VictoriaMetrics,
} from '../../../fixtures/victoria-metrics.ts';
import { startExporter } from './setup.ts';

const now = (): [number, number] => [Math.floor(Date.now() / 1000), 0];

describe('an otlphttp exporter and a real VictoriaMetrics', () => {
  let backend: VictoriaMetrics;
  before(async function () {
    this.timeout(installTimeoutMs);
    backend = await startVictoriaMetrics();
  });
  after(() => backend?.stop());

  for (const [compression, volume] of [
    ['gzip', 'vol-0123456789abcdef0'],
    ['none', 'vol-0fedcba9876543210'],
  ] as const) {
    it(`agree on the values (compression ${compression})`, async () => {
      const attributes = { 'aws.ebs.volume.id': volume, 'disk.io.direction': 'write' };
      const times = { endTime: now() };
      const metrics = resourceMetrics(
        { 'service.name': 'ebs-nvme-collector', 'host.id': 'i-0123456789abcdef0' },
        {
          [receiverScope]: [
            counter({ name: 'aws.ebs.volume.io', unit: 'By' }, point(1233915392, attributes, times)),
            gauge({ name: 'aws.ebs.volume.queue_length' }, point(7, { 'aws.ebs.volume.id': volume }, times)),
            histogram(
              { name: 'aws.ebs.volume.operation.duration', unit: 's' },
              point(histogramValue([0.000512, 0.001024], [3, 4, 5], 21.64779), attributes, times),
            ),
          ],
        },
      );
      const { exporter } = await startExporter(
        { metrics_endpoint: backend.otlpUrl, compression },
        createExporterContext(() => metrics),
      );
      await exporter.shutdown(5000);

      const series = async (name: string, ...more: readonly string[]) => {
        const matchers = [`__name__="${name}"`, `"aws.ebs.volume.id"="${volume}"`, ...more].join(',');
        return (await backend.query(`{${matchers}}`))[0];
      };
      const one = async (...name: Parameters<typeof series>) => (await series(...name))?.value;
      expect(await one('aws.ebs.volume.io')).to.equal(1233915392);
      expect(await one('aws.ebs.volume.queue_length')).to.equal(7);
      expect(await one('aws.ebs.volume.operation.duration_sum')).to.equal(21.64779);
      expect(await one('aws.ebs.volume.operation.duration_count')).to.equal(12);
      expect(await one('aws.ebs.volume.operation.duration_bucket', 'le="0.001024"')).to.equal(7);
      expect(await one('aws.ebs.volume.operation.duration_bucket', 'le="+Inf"')).to.equal(12);
      expect((await series('aws.ebs.volume.io'))?.labels).to.include({
        'disk.io.direction': 'write',
        'host.id': 'i-0123456789abcdef0',
      });
    });
  }
});
