import { expect } from 'chai';
import { collectionOf } from '../../../fixtures/collections.ts';
import { createPageContent } from '../../../../pipeline/exporters/prometheus/families.ts';
import { io, metricName } from '../../../../receiver/nvme/metrics.ts';
import { counter, gauge, point, resourceMetrics } from '../../../fixtures/metrics.ts';
import { read, render, samplesOf } from './render.ts';

const ioName = metricName('ebs', io);
const volume = { 'aws.ebs.volume.id': 'vol-1', 'system.device.name': 'nvme1n1' };

describe('what is on the Prometheus page', () => {
  it('loses no metric that no table knows', () => {
    const page = read(
      resourceMetrics({}, { scope: [gauge({ name: 'disk.heat', unit: 'Cel' }, point(41))] }),
      ['ebs', 'aws_ebs_csi'],
    );
    expect(samplesOf(page, 'disk_heat_celsius')).to.deep.equal([[{}, 41]]);
  });

  it('loses no point that a processor has changed beyond the tables', () => {
    const metric = counter(
      { name: ioName, unit: 'By' },
      point(1, { ...volume, 'disk.io.direction': 'read' }),
      point(2, volume),
    );
    const page = read(resourceMetrics({}, { scope: [metric] }), ['ebs', 'aws_ebs_csi']);
    expect(samplesOf(page, 'ebs_total_read_bytes_total')[0]?.[1]).to.equal(1);
    expect(samplesOf(page, 'aws_ebs_volume_io_bytes_total')).to.deep.equal([
      [{ aws_ebs_volume_id: 'vol-1', system_device_name: 'nvme1n1' }, 2],
    ]);
  });

  it('loses no metric that has come to be of another type', () => {
    const metric = gauge({ name: ioName, unit: 'By' }, point(1, { ...volume, 'disk.io.direction': 'read' }));
    expect([...read(resourceMetrics({}, { scope: [metric] }), ['ebs']).keys()]).to.deep.equal([
      'aws_ebs_volume_io_bytes',
    ]);
  });

  it('takes a naming that is named twice once', () => {
    const metrics = resourceMetrics(
      {},
      {
        scope: [counter({ name: ioName, unit: 'By' }, point(1, { ...volume, 'disk.io.direction': 'read' }))],
      },
    );
    expect(render(metrics, ['ebs', 'ebs'])).to.equal(render(metrics, ['ebs']));
  });

  it('follows a resource that has become known, for attributes seen before', () => {
    const metric = counter(
      { name: ioName, unit: 'By' },
      point(1, { ...volume, 'disk.io.direction': 'read' }),
    );
    const content = createPageContent(['ebs']);
    const labels = (resource: Record<string, string>) =>
      content(collectionOf(resourceMetrics(resource, { scope: [metric] })).layout).families.find(
        ({ name }) => name === 'ebs_total_read_bytes_total',
      )?.series[0]?.labels;
    expect(labels({})).to.equal('device="nvme1n1",volume_id="vol-1"');
    expect(labels({ 'k8s.node.name': 'n1' })).to.equal('node="n1",device="nvme1n1",volume_id="vol-1"');
  });
});
