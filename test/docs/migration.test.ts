import { expect } from 'chai';
import { awsEbsCsiNaming } from '../../pipeline/exporters/prometheus/namings/aws-ebs-csi.ts';
import { ebsNaming } from '../../pipeline/exporters/prometheus/namings/ebs.ts';
import { prometheusName, prometheusUnit } from '../../pipeline/exporters/prometheus/namings/otel-names.ts';
import { pvDiskUsageNaming } from '../../pipeline/exporters/prometheus/namings/pv-disk-usage.ts';
import {
  familyRules,
  type FamilyRule,
  type NamingTable,
} from '../../pipeline/exporters/prometheus/namings/table.ts';
import { variantOf } from '../../pipeline/exporters/prometheus/series-order.ts';
import { metricName, volumeMetrics } from '../../receiver/nvme/metrics.ts';
import { textOf } from '../architecture/source-tree.ts';
import { pageNames } from '../deploy/alerts/page-names.ts';

/** The names in docs/migration.md, against the tables that the page is made from. */

const document = textOf('docs/migration.md');

/** The rows of tables with three columns in a section. */
function rowsOf(heading: string): readonly (readonly [theirs: string, ebs: string, otel: string])[] {
  const section = document.split('## ').find((each) => each.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| `(\w+)` \| (`[^|]*) \| `([^|]*)` \|$/gm)].map(
    ([, theirs = '', ebs = '', otel = '']) => [theirs, ebs, otel],
  );
}

const ebsRules = familyRules(ebsNaming);
const isVolume = ({ kind }: FamilyRule): boolean => kind === 'ebs';
const ruleOf = (naming: NamingTable, name: string): FamilyRule => {
  const rule = familyRules(naming)
    .filter(isVolume)
    .find((each) => each.name === name);
  if (rule === undefined) throw new Error(`there is no ${name}`);
  return rule;
};

/** What a name of OpenTelemetry's with its labels means: the metric and the points of it. */
function meaningOf(otel: string): Pick<FamilyRule, 'from' | 'variant'> {
  const [, name, selector = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(otel) ?? [];
  const metric = volumeMetrics.find((each) => {
    const type = each.type === 'up' ? 'gauge' : each.type;
    return prometheusName(metricName('ebs', each), prometheusUnit(each.unit, type), type) === name;
  });
  if (metric === undefined) throw new Error(`there is no ${otel}`);
  const labels = [...selector.matchAll(/(\w+)="(\w+)"/g)].map(([, label = '', value = '']) => [
    label.replaceAll('_', '.'),
    value,
  ]);
  return {
    from: metricName('ebs', metric),
    variant: variantOf(Object.fromEntries(labels) as Record<string, string>),
  };
}

/** `ebs_total_read_time_total` (µs): the name, and whether a second is a million. */
function ebsCell(cell: string): { readonly rule: FamilyRule; readonly inMicros: boolean } {
  const [, name = '', unit] = /^`(\w+)`( \(µs\))?$/.exec(cell) ?? [];
  return { rule: ruleOf(ebsNaming, name), inMicros: unit !== undefined };
}

const meaning = ({ from, variant }: Pick<FamilyRule, 'from' | 'variant'>) => ({ from, variant });

describe('the document on migration', () => {
  const driver = rowsOf('From the EBS CSI driver');
  const agent = rowsOf('From the CloudWatch agent');

  it('has every name that the CSI driver has, and nothing else', () => {
    const names = familyRules(awsEbsCsiNaming)
      .filter(isVolume)
      .map(({ name }) => name);
    expect(driver.map(([theirs]) => theirs)).to.deep.equal(names);
  });

  for (const [theirs, ebs, otel] of driver) {
    it(`says the same three times: ${theirs}`, () => {
      const rule = ruleOf(awsEbsCsiNaming, theirs);
      expect(meaning(ebsCell(ebs).rule)).to.deep.equal(meaning(rule));
      expect(meaningOf(otel)).to.deep.equal(meaning(rule));
    });
  }

  it('says of each name whether it is in seconds or in µs', () => {
    for (const [, ebs] of [...driver, ...agent]) {
      const { rule, inMicros } = ebsCell(ebs);
      expect(inMicros, ebs).to.equal(rule.convert?.(1) === 1e6);
    }
  });

  it('has every name that the CloudWatch agent has, and gives it the CSI driver’s meaning', () => {
    const ends = (operation: string) => [
      `total_${operation}_ops`,
      `total_${operation}_bytes`,
      `total_${operation}_time`,
    ];
    const limits = ['volume_performance_exceeded', 'ec2_instance_performance_exceeded'];
    expect(agent.map(([theirs]) => theirs)).to.have.members([
      ...['read', 'write'].flatMap(ends),
      ...limits.flatMap((limit) => [`${limit}_iops`, `${limit}_tp`]),
      'volume_queue_length',
    ]);
    const byEbs = new Map(driver.map(([, ebs, otel]) => [ebs, otel]));
    for (const [theirs, ebs, otel] of agent) {
      expect(byEbs.get(ebs), theirs).to.equal(otel);
      const words = ebs.replace('throughput', 'tp').replace('instance', 'ec2_instance');
      expect(words, ebs).to.include(theirs);
    }
  });

  /** Everything that the exporters had which this one grew from. */
  it('can promise the names of old', () => {
    const limits = ['volume', 'instance'].flatMap((scope) =>
      ['iops', 'throughput'].flatMap((type) =>
        ['total', 'percent'].map((end) => `ebs_${scope}_performance_exceeded_${type}_${end}`),
      ),
    );
    const totals = ['read', 'write'].flatMap((operation) => [
      `ebs_total_${operation}_ops_total`,
      `ebs_total_${operation}_bytes_total`,
    ]);
    const others = [
      'ebs_volume_iops_exceeded_check',
      'ebs_volume_throughput_exceeded_check',
      'ebs_volume_queue_length',
    ];
    expect(ebsRules.map(({ name }) => name)).to.include.members([...limits, ...totals, ...others]);
    expect(familyRules(pvDiskUsageNaming).map(({ name }) => name)).to.have.members(
      ['percent_used', 'bytes_available', 'bytes_used', 'bytes_total'].map((end) => `pv_disk_usage_${end}`),
    );
  });

  it('names nothing of ours that no page has', () => {
    const names = [...document.matchAll(/(?<![\w*])(ebs_[a-z_]*[a-z])(?![\w*])/g)].map(
      ([, name = '']) => name,
    );
    expect(names.length).to.be.greaterThan(40);
    const isKnown = (name: string) => pageNames.has(name) || pageNames.has(`${name}_bucket`);
    expect(names.filter((name) => !isKnown(name))).to.deep.equal([]);
  });
});
