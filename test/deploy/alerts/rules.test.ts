import { expect } from 'chai';
import { alerts, groups } from '../../../deploy/alerts/groups.ts';
import { isAlert } from '../../../deploy/alerts/rule.ts';
import { metricNames, unknownNames } from '../../fixtures/promql.ts';
import { pageNames, prometheusNames, recordedNames } from './page-names.ts';
import { checkRules } from './promtool-rules.ts';

const rules = groups.flatMap((group) => group.rules);

describe('the alert and recording rules', () => {
  it('please promtool', () => expect(checkRules()).to.equal(''));

  it('ask only for what the collector, Prometheus or another rule has', () => {
    const unknown = rules.flatMap(({ expr }) =>
      unknownNames(expr, pageNames, recordedNames, prometheusNames),
    );
    expect(unknown).to.deep.equal([]);
  });

  it('are seen through by this test', () => {
    const names = metricNames(
      'sum by (a) (rate(b_total{c="d"}[5m])) / on (e) group_left (f) 2 * g:h:i offset 1d',
    );
    expect([...names]).to.deep.equal(['b_total', 'g:h:i']);
    expect(unknownNames('{__name__=~"no_such_(a|b)"} or absent(nothing)', pageNames)).to.have.length(2);
  });

  it('record nothing that nobody can use: level, metric, operation', () => {
    for (const name of recordedNames) expect(name).to.match(/^(?:volume|collector):\w+:\w+$/);
  });

  it('are at least twelve alerts, of which no two have one name', () => {
    expect(alerts.length).to.be.at.least(12);
    expect(new Set(alerts.map(({ alert }) => alert)).size).to.equal(alerts.length);
  });

  it('name in each summary what it is about, with its claim and pod where it is a volume', () => {
    for (const { alert, summary } of alerts) {
      if (alert.startsWith('EBSVolume') && alert !== 'EBSVolumeDrift') {
        for (const label of ['persistentvolumeclaim', 'pod', 'volume_id', 'node']) {
          expect(summary, alert).to.include(`$labels.${label}`);
        }
      }
      expect(summary, alert).to.match(/\$labels\.(?:node|instance|cluster_id)/);
      expect(summary, alert).to.include('$labels.cluster_id');
    }
  });

  it('tell clusters apart: none is aggregated away', () => {
    for (const rule of rules) {
      const lists = [...rule.expr.matchAll(/\bby \(([^)]*)\)/g)].map(([, list = '']) => list);
      for (const list of lists)
        expect(list, isAlert(rule) ? rule.alert : rule.record).to.include('cluster_id');
    }
  });

  it('outlive the pod of the collector: alerts on volumes do not keep its address', () => {
    for (const { alert, expr } of alerts.filter((each) => each.alert.startsWith('EBSVolume'))) {
      const names = [...metricNames(expr)];
      const isAggregated = /^\s*(?:max|min) by/m.test(expr) || names.every((name) => recordedNames.has(name));
      expect(isAggregated, alert).to.equal(true);
    }
  });
});
