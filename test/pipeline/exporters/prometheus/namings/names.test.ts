import { expect } from 'chai';
import { namingIds } from '../../../../../pipeline/exporters/prometheus/config.ts';
import { createPageContent } from '../../../../../pipeline/exporters/prometheus/families.ts';
import { awsEbsCsiNaming } from '../../../../../pipeline/exporters/prometheus/namings/aws-ebs-csi.ts';
import { ebsNaming } from '../../../../../pipeline/exporters/prometheus/namings/ebs.ts';
import { familyRules } from '../../../../../pipeline/exporters/prometheus/namings/table.ts';
import { variantOf } from '../../../../../pipeline/exporters/prometheus/series-order.ts';
import { metricName, volumeMetrics } from '../../../../../receiver/nvme/metrics.ts';
import { resourceMetrics, volumeMetricData } from '../../../../fixtures/metrics.ts';
import { instanceStore, throttled } from '../node-of-volumes.ts';

const kinds = ['ebs', 'instance_store'] as const;

describe('names on the Prometheus page', () => {
  it('are there for every metric of every volume, in every naming', () => {
    const metrics = volumeMetricData([throttled, instanceStore]);
    const known = new Set(metrics.map(({ descriptor }) => descriptor.name));
    for (const kind of kinds) {
      for (const metric of volumeMetrics.filter((each) => each.kinds.includes(kind))) {
        const name = metricName(kind, metric);
        expect(known, 'the fixture has all metrics').to.include(name);
        const one = resourceMetrics(
          {},
          { scope: metrics.filter(({ descriptor }) => descriptor.name === name) },
        );
        for (const naming of namingIds) {
          const families = createPageContent([naming])(one).families;
          const points = one.scopeMetrics[0]!.metrics[0]!.dataPoints.length;
          const shown = families.reduce((sum, { series }) => sum + series.length, 0);
          expect(shown, `${name} in ${naming}`).to.be.at.least(points);
        }
      }
    }
  });

  it("are the EBS exporter's own style for every point that there can be", () => {
    const rules = familyRules(ebsNaming);
    for (const kind of kinds) {
      for (const metric of volumeMetrics.filter((each) => each.kinds.includes(kind))) {
        const variants =
          metric.type === 'up'
            ? [variantOf({})]
            : metric.type === 'histogram'
              ? ['read', 'write'].map((direction) => variantOf({ 'disk.io.direction': direction }))
              : metric.points
                  .filter((point) => (point.kinds ?? metric.kinds).includes(kind))
                  .map(({ attributes }) => variantOf(attributes));
        for (const variant of variants) {
          const from = metricName(kind, metric);
          expect(
            rules.some((rule) => rule.from === from && rule.variant === variant),
            `${from} ${variant}`,
          ).to.equal(true);
        }
      }
    }
  });

  it('never mean two things, in any naming or between namings', () => {
    const names = [ebsNaming, awsEbsCsiNaming].flatMap((table) => familyRules(table).map(({ name }) => name));
    expect(names).to.deep.equal([...new Set(names)]);
  });

  it('say what is behind them', () => {
    for (const { name, help } of [ebsNaming, awsEbsCsiNaming].flatMap(familyRules)) {
      expect(help, name).to.match(/^[A-Z0-9].*\.$/);
    }
  });
});
