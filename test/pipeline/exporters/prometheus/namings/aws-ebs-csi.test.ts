import { expect } from 'chai';
import { receiverOwnMetrics } from '../../../../../receiver/nvme/self-telemetry.ts';
import { counter, point, resourceMetrics } from '../../../../fixtures/metrics.ts';
import { instanceStore, nodeWith, throttled } from '../node-of-volumes.ts';
import { read, samplesOf } from '../render.ts';

const labels = { instance_id: 'i-0123456789abcdef0', volume_id: 'vol-0aaaaaaaaaaaaaaa1' };

describe('the naming aws_ebs_csi', () => {
  const families = read(nodeWith(throttled), ['aws_ebs_csi']);

  const values: readonly (readonly [string, number])[] = [
    ['read_ops_total', 889],
    ['write_ops_total', 11792],
    ['read_bytes_total', 19936256],
    ['write_bytes_total', 1233915392],
    ['read_seconds_total', 0.543399],
    ['write_seconds_total', 21.64779],
    ['exceeded_iops_seconds_total', 0],
    ['exceeded_tp_seconds_total', 0.804708],
    ['ec2_exceeded_iops_seconds_total', 0],
    ['ec2_exceeded_tp_seconds_total', 0],
    ['volume_queue_length', 7],
    ['read_io_latency_seconds_count', 889],
    ['write_io_latency_seconds_sum', 21.64779],
  ];
  for (const [name, value] of values) {
    it(`has aws_ebs_csi_${name}, with the driver's labels alone`, () =>
      expect(samplesOf(families, `aws_ebs_csi_${name}`)).to.deep.equal([[labels, value]]));
  }

  it("tells of the collector by the driver's names", () => {
    const instance = { instance_id: labels.instance_id };
    expect(samplesOf(families, 'aws_ebs_csi_nvme_collector_scrapes_total')).to.deep.equal([[instance, 12]]);
    expect(samplesOf(families, 'aws_ebs_csi_nvme_collector_errors_total')).to.deep.equal([[instance, 12]]);
    expect(samplesOf(families, 'aws_ebs_csi_nvme_collector_duration_seconds_sum')).to.deep.equal([
      [instance, 0.0873],
    ]);
  });

  it('counts no errors, rather than nothing, before the first reading of a volume', () => {
    const metrics = resourceMetrics({}, { scope: [counter(receiverOwnMetrics.collections, point(1))] });
    expect(
      samplesOf(read(metrics, ['aws_ebs_csi']), 'aws_ebs_csi_nvme_collector_errors_total'),
    ).to.deep.equal([[{}, 0]]);
  });

  it('has instance store under the prefix of that driver, where there is one', () => {
    expect([...families.keys()].filter((name) => name.startsWith('aws_ec2_'))).to.deep.equal([]);
    const page = read(nodeWith(instanceStore), ['aws_ebs_csi']);
    expect(samplesOf(page, 'aws_ec2_instance_store_csi_read_ops_total')).to.deep.equal([
      [{ instance_id: labels.instance_id, volume_id: 'AWS14BE4082584B141CB' }, 67],
    ]);
    expect(page.has('aws_ec2_instance_store_csi_nvme_collector_scrapes_total')).to.equal(true);
    expect(page.has('aws_ec2_instance_store_csi_exceeded_iops_seconds_total')).to.equal(false);
  });

  it('leaves what the driver has no name for under the names of OpenTelemetry', () => {
    expect(families.has('aws_ebs_volume_up')).to.equal(true);
    expect(families.has('aws_ebs_volume_performance_exceeded_ratio')).to.equal(true);
    expect(families.has('aws_ebs_volume_io_bytes_total')).to.equal(false);
  });
});
