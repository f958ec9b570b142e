import { collectorA, nodeA, nodeAText, targetA, type AlertCase } from '../case.ts';

const of = (name: string, labels = ''): string =>
  `ebs_collector_exporter_${name}{${targetA},otel_component_name="otlphttp/grafana"${labels}}`;
const labels = { severity: 'warning', otel_component_name: 'otlphttp/grafana', ...nodeA };
const dropped = 'These data points did not reach the backend and will not.';

export const exporterCases: readonly AlertCase[] = [
  {
    alert: 'EBSExporterFailing',
    says: 'where the backend has taken nothing for ten minutes',
    series: {
      ...collectorA,
      [of('ready')]: '1x5 0x30',
      [`ebs_collector_exporter_ready{${targetA},otel_component_name="prometheus"}`]: '1x35',
    },
    notAtMinutes: [15],
    atMinute: 20,
    expected: [
      {
        labels,
        summary: `Exporter otlphttp/grafana does not deliver: ${nodeAText}`,
        description:
          'Its backend does not take what it sends. With a queue the data waits and is sent later; without one it is lost.',
      },
    ],
  },
  {
    alert: 'EBSExporterFailing',
    says: 'for a backend that is away for some minutes',
    series: { ...collectorA, [of('ready')]: '1x5 0x8 1x30' },
    untilMinute: 40,
  },
  {
    alert: 'EBSExporterQueueNearFull',
    says: 'where nine of ten places are taken and stay so',
    series: { ...collectorA, [of('queue_size')]: '0+30x30 900x30', [of('queue_capacity')]: '1000x60' },
    notAtMinutes: [36],
    atMinute: 45,
    expected: [
      {
        labels,
        summary: `Queue of exporter otlphttp/grafana 90% full: ${nodeAText}`,
        description:
          'When it is full the oldest data is dropped. The backend is away, or slower than what it is sent.',
      },
    ],
  },
  {
    alert: 'EBSExporterQueueNearFull',
    says: 'while a queue empties again after an outage',
    series: {
      ...collectorA,
      [of('queue_size')]: '0+100x9 950-100x9 0x30',
      [of('queue_capacity')]: '1000x60',
    },
    untilMinute: 50,
  },
  {
    alert: 'EBSExporterDropping',
    says: 'at the first drop, of which the counter has no zero before it, and for a quarter of an hour',
    series: { ...collectorA, [of('dropped_total', ',error_type="queue_full"')]: '_x20 5200x60' },
    notAtMinutes: [19, 36],
    atMinute: 21,
    expected: [
      {
        labels: { ...labels, error_type: 'queue_full' },
        summary: `Exporter otlphttp/grafana loses data, 5.2k data points in 15 minutes (queue_full): ${nodeAText}`,
        description: dropped,
      },
    ],
  },
  {
    alert: 'EBSExporterDropping',
    says: 'while it goes on',
    series: { ...collectorA, [of('dropped_total', ',error_type="refused"')]: '0x30 100+100x60' },
    notAtMinutes: [30],
    atMinute: 60,
    expected: [
      {
        labels: { ...labels, error_type: 'refused' },
        summary: `Exporter otlphttp/grafana loses data, 1.5k data points in 15 minutes (refused): ${nodeAText}`,
        description: dropped,
      },
    ],
  },
  {
    alert: 'EBSExporterDropping',
    says: 'where nothing is lost',
    series: { ...collectorA, [of('dropped_total', ',error_type="queue_full"')]: '0x60' },
    untilMinute: 60,
  },
];
