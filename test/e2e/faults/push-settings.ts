import { set } from '../../fixtures/collector.ts';
import type { OtlpReceiver } from '../../fixtures/otlp-receiver.ts';

/** Arguments for a page and for pushes to a backend, each of a reading of its own. */
export const pushEvery = (interval: string, { url }: OtlpReceiver): readonly string[] =>
  set(
    'receivers.nvme.min_interval=1ms',
    `exporters.otlphttp.endpoint=${url}`,
    `exporters.otlphttp.interval=${interval}`,
    'service.pipelines.metrics.exporters=[prometheus,otlphttp]',
  );
