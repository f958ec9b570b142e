import { expect } from 'chai';
import {
  type NamedType,
  prometheusName,
  prometheusUnit,
} from '../../../../../pipeline/exporters/prometheus/namings/otel-names.ts';

describe('metric names by the OpenTelemetry rules', () => {
  const cases: readonly (readonly [string, string, NamedType, string])[] = [
    ['aws.ebs.volume.io', 'By', 'counter', 'aws_ebs_volume_io_bytes_total'],
    ['aws.ebs.volume.operations', '{operation}', 'counter', 'aws_ebs_volume_operations_total'],
    ['aws.ebs.volume.performance_exceeded.ratio', '1', 'gauge', 'aws_ebs_volume_performance_exceeded_ratio'],
    ['http.server.duration', 'ms', 'histogram', 'http_server_duration_milliseconds'],
    ['system.network.io', 'By/s', 'gauge', 'system_network_io_bytes_per_second'],
    ['requests', '{request}/s', 'gauge', 'requests_per_second'],
    ['requests', '1/s', 'gauge', 'requests_per_second'],
    ['load', '1', 'gauge', 'load_ratio'],
    ['jobs', '1', 'counter', 'jobs_total'],
    ['jobs', '1', 'histogram', 'jobs'],
    ['uptime.seconds', 's', 'gauge', 'uptime_seconds'],
    ['seconds.left', 's', 'gauge', 'seconds_left_seconds'],
    ['sent.total', 'By', 'counter', 'sent_bytes_total'],
    ['sent.bytes.total', 'By', 'counter', 'sent_bytes_total'],
    ['total', '', 'counter', 'total_total'],
    ['a..b--c', '', 'gauge', 'a_b_c'],
    ['name.', 's', 'gauge', 'name_seconds'],
    ['2fast', '', 'gauge', '_2fast'],
    ['héllo', '', 'gauge', 'h_llo'],
    ['', '', 'gauge', '_'],
    ['temperature', 'Cel', 'gauge', 'temperature_celsius'],
    ['items', 'packets', 'gauge', 'items_packets'],
    ['size', 'By{compressed}', 'gauge', 'size_bytes'],
    ['mem', 'MiBy', 'gauge', 'mem_mebibytes'],
  ];
  for (const [name, unit, type, expected] of cases) {
    it(`names the ${type} ${JSON.stringify(name)} in ${JSON.stringify(unit)} ${expected}`, () =>
      expect(prometheusName(name, prometheusUnit(unit, type), type)).to.equal(expected));
  }
});
