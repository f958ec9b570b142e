import { expect } from 'chai';
import fc from 'fast-check';
import { deviceStatistics, resourceMetrics, volumeMetricData } from '../../../../fixtures/metrics.ts';
import { fresh, instanceStore, nodeWith, throttled } from '../node-of-volumes.ts';
import { read, samplesOf } from '../render.ts';

const throttledLabels = {
  cluster_id: 'production',
  node: 'node-1',
  device: 'nvme1n1',
  volume_id: 'vol-0aaaaaaaaaaaaaaa1',
  namespace: 'shop',
  persistentvolumeclaim: 'data-postgres-0',
  persistentvolume: 'pvc-6f1c0c9e-7d0b-4b43-9d3f-4a0f0c2b8f11',
  pod: 'postgres-0',
};

describe('the naming ebs', () => {
  const families = read(nodeWith(throttled), ['ebs']);

  const values: readonly (readonly [string, string, number])[] = [
    ['ebs_volume_performance_exceeded_iops_total', 'counter', 0],
    ['ebs_volume_performance_exceeded_throughput_total', 'counter', 804708],
    ['ebs_instance_performance_exceeded_iops_total', 'counter', 0],
    ['ebs_instance_performance_exceeded_throughput_total', 'counter', 0],
    ['ebs_total_read_ops_total', 'counter', 889],
    ['ebs_total_write_ops_total', 'counter', 11792],
    ['ebs_total_read_bytes_total', 'counter', 19936256],
    ['ebs_total_write_bytes_total', 'counter', 1233915392],
    ['ebs_total_read_time_total', 'counter', 543399],
    ['ebs_total_write_time_total', 'counter', 21647790],
    ['ebs_volume_iops_exceeded_check', 'gauge', 1],
    ['ebs_volume_throughput_exceeded_check', 'gauge', 0],
    ['ebs_volume_performance_exceeded_iops_percent', 'gauge', 7],
    ['ebs_volume_performance_exceeded_throughput_percent', 'gauge', 0],
    ['ebs_instance_performance_exceeded_iops_percent', 'gauge', 0],
    ['ebs_instance_performance_exceeded_throughput_percent', 'gauge', 100],
    ['ebs_volume_queue_length', 'gauge', 7],
    ['ebs_volume_up', 'gauge', 1],
  ];
  for (const [name, type, value] of values) {
    it(`has ${name}, the drive's own number`, () => {
      expect(families.get(name)?.type).to.equal(type);
      expect(samplesOf(families, name)).to.deep.equal([[throttledLabels, value]]);
    });
  }

  it("has the labels in the EBS exporter's order", () => {
    expect([...families.get('ebs_volume_up')!.samples[0]!.labels.keys()]).to.deep.equal(
      Object.keys(throttledLabels),
    );
  });

  it('has latencies in seconds, with their true sum', () => {
    expect(samplesOf(families, 'ebs_read_io_latency_seconds_sum')).to.deep.equal([
      [throttledLabels, 0.543399],
    ]);
    expect(samplesOf(families, 'ebs_write_io_latency_seconds_count')).to.deep.equal([
      [throttledLabels, 11792],
    ]);
  });

  it('gives every microsecond back, for 71 years', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 51 }), (readTimeMicros) => {
        const metrics = volumeMetricData([
          { ...fresh, read: { statistics: deviceStatistics({ readTimeMicros }) } },
        ]);
        const page = read(resourceMetrics({}, { scope: metrics }), ['ebs']);
        expect(samplesOf(page, 'ebs_total_read_time_total')[0]?.[1]).to.equal(readTimeMicros);
      }),
      { numRuns: 50 },
    );
  });

  it('declares the derived gauges while there is no value for them yet', () => {
    const page = read(nodeWith(fresh), ['ebs']);
    const derived = [...page.values()].filter(({ name }) => /_(check|percent)$/.test(name));
    expect(derived.map(({ name, samples }) => [name, samples.length])).to.deep.equal([
      ['ebs_volume_iops_exceeded_check', 0],
      ['ebs_volume_throughput_exceeded_check', 0],
      ['ebs_volume_performance_exceeded_iops_percent', 0],
      ['ebs_volume_performance_exceeded_throughput_percent', 0],
      ['ebs_instance_performance_exceeded_iops_percent', 0],
      ['ebs_instance_performance_exceeded_throughput_percent', 0],
    ]);
  });

  it('declares nothing where there are no volumes', () => {
    expect(
      [...read(nodeWith(), ['ebs']).keys()].filter(
        (name) => name.startsWith('ebs_') && !name.startsWith('ebs_collector_'),
      ),
    ).to.deep.equal([]);
  });

  it('has instance store under a prefix of its own, without limits that it does not have', () => {
    const page = read(nodeWith(instanceStore), ['ebs']);
    const labels = {
      cluster_id: 'production',
      node: 'node-1',
      device: 'nvme3n1',
      volume_id: 'AWS14BE4082584B141CB',
    };
    expect(samplesOf(page, 'ebs_instance_store_total_read_ops_total')).to.deep.equal([[labels, 67]]);
    expect(samplesOf(page, 'ebs_instance_store_instance_performance_exceeded_iops_percent')).to.deep.equal([
      [labels, 50],
    ]);
    expect(samplesOf(page, 'ebs_instance_store_sized_read_io_latency_seconds_count')[1]).to.deep.equal([
      { ...labels, io_size_upper: '131072' },
      7,
    ]);
    expect([...page.keys()].filter((name) => name.includes('volume_performance'))).to.deep.equal([]);
  });

  it('has no cluster_id where the cluster is unknown, and the host as node where Kubernetes names none', () => {
    const metrics = resourceMetrics({ 'host.name': 'box' }, { scope: volumeMetricData([fresh]) });
    expect(samplesOf(read(metrics, ['ebs']), 'ebs_volume_up')).to.deep.equal([
      [{ node: 'box', device: 'nvme10n1', volume_id: 'vol-0bbbbbbbbbbbbbbb2' }, 1],
    ]);
  });

  it('marks simulated volumes, and keeps what a processor added', () => {
    const attributes = { 'ebs.collector.simulated': 'true', 'cost.center': '42', node: 'not this one' };
    const metrics = resourceMetrics(
      { 'host.name': 'box' },
      { scope: volumeMetricData([{ ...fresh, attributes }]) },
    );
    expect(samplesOf(read(metrics, ['ebs']), 'ebs_volume_up')[0]?.[0]).to.deep.equal({
      node: 'box',
      device: 'nvme10n1',
      volume_id: 'vol-0bbbbbbbbbbbbbbb2',
      simulated: 'true',
      cost_center: '42',
    });
  });
});
