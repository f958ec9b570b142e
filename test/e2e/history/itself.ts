import type { Attributes } from '@opentelemetry/api';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { exporterMetrics } from '../../../pipeline/exporters/exporter-metrics.ts';
import { endpointMetrics } from '../../../pipeline/exporters/prometheus/endpoint/endpoint-metrics.ts';
import { queueMetrics } from '../../../pipeline/exporters/sending-queue/metrics.ts';
import { driftMetrics } from '../../../pipeline/processors/kubernetes/drift/drift-telemetry.ts';
import { ownerMetrics } from '../../../pipeline/processors/kubernetes/self-telemetry.ts';
import { apiMetrics } from '../../../pipeline/telemetry/api-metrics.ts';
import { processMetrics } from '../../../pipeline/telemetry/process-metrics.ts';
import { receiverOwnMetrics } from '../../../receiver/nvme/self-telemetry.ts';
import { counter, gauge, histogram, histogramValue, point } from '../../fixtures/metrics.ts';

/** What a collector says of itself after so many seconds, by the tables in the code. */
export function itself(
  seconds: number,
  { readable, failed }: { readonly readable: number; readonly failed: number },
  inTrouble: boolean,
): readonly MetricData[] {
  const trouble = inTrouble ? 1 : 0;
  const exporter = (name: string, more: Attributes = {}) => ({ 'otel.component.name': name, ...more });
  const otlp = exporter('otlphttp/grafana');
  const volumes = (state: string) => ({
    'otel.component.name': 'nvme',
    'ebs.collector.volume.kind': 'ebs',
    'ebs.collector.volume.state': state,
  });
  const drift = (kind: string) => ({ 'ebs.collector.drift.kind': kind });
  const call = {
    'ebs.collector.api.name': 'kubernetes',
    'ebs.collector.api.operation': 'get_persistentvolume',
  };
  const durations = (count: number) =>
    histogramValue([0.001, 0.01, 0.1, 1], [count, 9 * count, count, 0, 0], count / 50);
  const { attached, detached, reads, collections, collectionDuration, readDuration, readingsShared } =
    receiverOwnMetrics;
  return [
    gauge(receiverOwnMetrics.volumes, point(readable, volumes('readable')), point(failed, volumes('failed'))),
    counter(attached, point(readable + failed)),
    counter(detached, point(0)),
    counter(reads, point(readable * seconds), point(failed * seconds, { 'error.type': 'timeout' })),
    counter(collections, point(seconds)),
    counter(readingsShared, point(seconds / 2)),
    histogram(collectionDuration, point(durations(seconds))),
    histogram(readDuration, point(durations(seconds * readable))),
    gauge(exporterMetrics.ready, point(1, exporter('prometheus')), point(1 - trouble, otlp)),
    counter(exporterMetrics.sent, point(300 * seconds * (1 - trouble), otlp)),
    counter(exporterMetrics.failed, point(300 * seconds * trouble, { ...otlp, 'error.type': '503' })),
    counter(exporterMetrics.skipped, point(seconds / 100, otlp)),
    gauge(queueMetrics.size, point(1 + 949 * trouble, otlp)),
    gauge(queueMetrics.capacity, point(1000, otlp)),
    counter(queueMetrics.dropped, point(30 * seconds * trouble, { ...otlp, 'error.type': 'queue_full' })),
    counter(
      endpointMetrics.refused,
      point(seconds / 60, { ...exporter('prometheus'), 'error.type': 'unauthorized' }),
    ),
    counter(
      apiMetrics.requests,
      point(seconds / 100, call),
      point((trouble * seconds) / 20, { ...call, 'error.type': '429' }),
    ),
    counter(apiMetrics.throttles, point((trouble * seconds) / 20, call)),
    histogram(apiMetrics.duration, point(durations(seconds / 100), call)),
    gauge(driftMetrics.drift, point(trouble, drift('missing_device')), point(0, drift('unexplained_device'))),
    ...(inTrouble ? [gauge(driftMetrics.age, point(seconds, drift('missing_device')))] : []),
    gauge(ownerMetrics.owners, point(readable, { 'ebs.collector.owner.state': 'claimed' })),
    counter(
      ownerMetrics.lookups,
      point(readable * seconds, { 'ebs.collector.cache.result': 'hit' }),
      point(seconds / 100, { 'ebs.collector.cache.result': 'miss' }),
    ),
    counter(
      processMetrics.cpuTime,
      point(seconds / 500, { 'cpu.mode': 'user' }),
      point(seconds / 2000, { 'cpu.mode': 'system' }),
    ),
    gauge(processMetrics.memoryUsage, point(62e6)),
    gauge(processMetrics.uptime, point(seconds)),
  ];
}
