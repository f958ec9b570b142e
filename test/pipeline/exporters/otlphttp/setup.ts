import { createOtlpHttpExporter } from '../../../../pipeline/exporters/otlphttp/exporter.ts';
import type { OtlpHttpConfig } from '../../../../pipeline/exporters/otlphttp/config.ts';
import type { Exporter } from '../../../../pipeline/component.ts';
import type { Estate } from '../../../../pipeline/exporters/estate.ts';
import {
  retryOnFailureSchema,
  sendingQueueSchema,
} from '../../../../pipeline/exporters/sending-queue/config.ts';
import { defaultsOf } from '../../../../pipeline/config/schemas/object.ts';
import { unrefTimer } from '../../../../pipeline/timer.ts';
import { createExporterContext, type TestContext } from '../../../fixtures/component-context.ts';
import {
  collectorScope,
  counter,
  gauge,
  histogram,
  histogramValue,
  point,
  receiverScope,
  resourceMetrics,
} from '../../../fixtures/metrics.ts';

export const defaults: OtlpHttpConfig = {
  endpoint: undefined,
  metrics_endpoint: undefined,
  encoding: 'proto',
  compression: 'gzip',
  max_request_body_size: 4 * 1024 * 1024,
  headers: {},
  timeout: 10_000,
  interval: undefined,
  temporality: 'cumulative',
  sending_queue: defaultsOf(sendingQueueSchema),
  retry_on_failure: defaultsOf(retryOnFailureSchema),
  tls: { ca_file: undefined, cert_file: undefined, key_file: undefined, insecure_skip_verify: false },
};

/** For those who wait for a retry. */
export const quickRetries: OtlpHttpConfig['retry_on_failure'] = {
  ...defaults.retry_on_failure,
  initial_interval: 1,
  max_interval: 1,
};
/** For those who want what fails to be dropped at once. */
export const noRetries: OtlpHttpConfig['retry_on_failure'] = { ...defaults.retry_on_failure, enabled: false };

const volume = { 'aws.ebs.volume.id': 'vol-0123456789abcdef0', 'system.device.name': 'nvme1n1' };

/** Three points of one volume and one of the collector: 4 data points. */
export const sample = resourceMetrics(
  { 'service.name': 'ebs-nvme-collector', 'host.id': 'i-0123456789abcdef0' },
  {
    [receiverScope]: [
      counter(
        { name: 'aws.ebs.volume.io', unit: 'By', description: 'Bytes the volume read and wrote.' },
        // Above 2^53, where neighbours are two apart, and above 2^63, where a signed integer ends.
        point(2 ** 53 + 2, { ...volume, 'disk.io.direction': 'read' }),
        point(2 ** 63 + 2 ** 12, { ...volume, 'disk.io.direction': 'write' }),
      ),
      histogram(
        { name: 'aws.ebs.volume.operation.duration', unit: 's', description: 'Latency.' },
        point(histogramValue([1e-6, 2e-6, 4e-6], [1, 2 ** 33 + 1, 0, 7], 543.399), volume, {
          startTime: [1_793_000_000, 123_456_789],
        }),
      ),
    ],
    [collectorScope]: [gauge({ name: 'ebs.collector.volumes', unit: '{volume}' }, point(1))],
  },
);

/** A schedule that ticks at the start, and then when the test says so. */
export interface Started extends TestContext {
  readonly exporter: Exporter;
  readonly intervalsMs: readonly number[];
  tick(): void;
}

export async function startExporter(
  config: Partial<OtlpHttpConfig>,
  test: TestContext = createExporterContext(() => sample),
  estate?: Estate,
): Promise<Started> {
  const ticks = new Set<() => void>();
  const intervalsMs: number[] = [];
  const exporter = createOtlpHttpExporter({ ...defaults, ...config }, test.context, {
    schedule: {
      every: (intervalMs, onTick) => {
        intervalsMs.push(intervalMs);
        ticks.add(onTick);
        onTick();
        return () => ticks.delete(onTick);
      },
    },
    setTimer: unrefTimer,
    nowMs: () => performance.now(),
  });
  await exporter.start(estate);
  return { ...test, exporter, intervalsMs, tick: () => ticks.forEach((tick) => tick()) };
}

/** Asks, a turn of the event loop apart, until something is so. The test's own timeout ends it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
}
