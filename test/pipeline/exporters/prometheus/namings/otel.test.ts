import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { collectionOf } from '../../../../fixtures/collections.ts';
import { createOtelNaming } from '../../../../../pipeline/exporters/prometheus/namings/otel.ts';
import { shapeOf } from '../../../../../pipeline/exporters/prometheus/shape.ts';
import {
  counter,
  gauge,
  histogram,
  histogramValue,
  point,
  resourceMetrics,
  upDownCounter,
} from '../../../../fixtures/metrics.ts';
import { nodeWith, throttled } from '../node-of-volumes.ts';
import { read, samplesOf } from '../render.ts';

function named(...metrics: readonly MetricData[]) {
  return createOtelNaming().families(
    shapeOf(collectionOf(resourceMetrics({}, { scope: metrics })).layout).metrics,
  );
}

describe('the naming otel', () => {
  it('names volumes as the design promises', () => {
    const families = read(nodeWith(throttled), ['otel']);
    const [labels, value] = samplesOf(families, 'aws_ebs_volume_io_bytes_total')[0]!;
    expect(labels).to.include({ disk_io_direction: 'read', aws_ebs_volume_id: 'vol-0aaaaaaaaaaaaaaa1' });
    expect(value).to.equal(19936256);
    expect([...families.keys()].filter((name) => name.startsWith('aws_'))).to.deep.equal([
      'aws_ebs_volume_operations_total',
      'aws_ebs_volume_io_bytes_total',
      'aws_ebs_volume_operation_time_seconds_total',
      'aws_ebs_volume_operation_duration_seconds',
      'aws_ebs_volume_performance_exceeded_time_seconds_total',
      'aws_ebs_volume_performance_exceeded_ratio',
      'aws_ebs_volume_queue_length',
      'aws_ebs_volume_up',
    ]);
  });

  it('turns a sum that can go down into a gauge', () => {
    const families = read(
      resourceMetrics({}, { scope: [upDownCounter({ name: 'q', unit: '1' }, point(-2))] }),
      ['otel'],
    );
    expect(families.get('q_ratio')?.type).to.equal('gauge');
  });

  it('brings metrics of one name and type together, and keeps their order otherwise', () => {
    const metrics = resourceMetrics(
      {},
      {
        a: [gauge({ name: 'z.x' }, point(1, { s: 'a' }))],
        b: [gauge({ name: 'y' }, point(2)), gauge({ name: 'z-x' }, point(3, { s: 'b' }))],
      },
    );
    const families = read(metrics, ['otel']);
    expect([...families.keys()]).to.deep.equal(['z_x', 'y']);
    expect(families.get('z_x')?.samples).to.have.length(2);
  });

  it('leaves out a metric whose name has another type already, and says so', () => {
    const { families, skipped } = named(
      gauge({ name: 'a.b' }, point(1)),
      histogram({ name: 'a-b' }, point(histogramValue([], [1], 1))),
      counter({ name: 'a.b' }, point(1)),
    );
    expect(families.map(({ name, type }) => [name, type])).to.deep.equal([
      ['a_b', 'gauge'],
      ['a_b_total', 'counter'],
    ]);
    expect(skipped).to.deep.equal([{ metric: 'a-b', reason: 'the name a_b belongs to a gauge already' }]);
  });

  it('leaves out exponential histograms, and says so', () => {
    const { families, skipped } = named({
      ...gauge({ name: 'x' }),
      dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
      dataPoints: [],
    });
    expect(families).to.deep.equal([]);
    expect(skipped).to.deep.equal([
      { metric: 'x', reason: 'the text formats have no exponential histograms' },
    ]);
  });
});
