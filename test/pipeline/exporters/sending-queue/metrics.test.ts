import { expect } from 'chai';
import { dropReasons } from '../../../../pipeline/exporters/sending-queue/drop-report.ts';
import { observeQueue, queueMetrics } from '../../../../pipeline/exporters/sending-queue/metrics.ts';
import { recordMetrics } from '../../../fixtures/component-context.ts';

describe("the metrics of an exporter's queue", () => {
  it('show its size and capacity while it is there, and what was dropped', async () => {
    const { meter, values } = recordMetrics();
    const telemetry = observeQueue(meter, 'otlphttp/test');
    const component = { 'otel.component.name': 'otlphttp/test' };
    const end = telemetry.observe({ size: () => 3, capacity: 1000 });
    telemetry.countDropped('too_old', 7);
    const dropped = {
      name: 'ebs.collector.exporter.dropped',
      attributes: { ...component, 'error.type': 'too_old' },
      value: 7,
    };
    expect(await values()).to.have.deep.members([
      dropped,
      { name: 'ebs.collector.exporter.queue.size', attributes: component, value: 3 },
      { name: 'ebs.collector.exporter.queue.capacity', attributes: component, value: 1000 },
    ]);
    end();
    expect(await values()).to.deep.include(dropped);
  });

  it('document every reason', () => {
    const documented = queueMetrics.dropped.attributes['error.type'];
    expect(dropReasons.filter((reason) => !documented.includes(`\`${reason}\``))).to.deep.equal([]);
  });
});
