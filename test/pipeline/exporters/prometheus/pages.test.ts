import { expect } from 'chai';
import { namingIds } from '../../../../pipeline/exporters/prometheus/config.ts';
import { checkMetrics, readOpenMetrics } from '../../../fixtures/promtool.ts';
import { endTime, resourceMetrics } from '../../../fixtures/metrics.ts';
import { goldenFiles } from '../../../fixtures/golden-file.ts';
import { failed, fresh, instanceStore, nodeWith, throttled, wholeNode } from './node-of-volumes.ts';
import { read, render } from './render.ts';

const { expectGolden } = goldenFiles(import.meta.url);

describe('the Prometheus page', () => {
  for (const naming of namingIds) {
    it(`has the names of ${naming} (text)`, () => expectGolden(`${naming}.txt`, render(wholeNode, [naming])));
    it(`has the names of ${naming} (OpenMetrics)`, () =>
      expectGolden(`${naming}.openmetrics`, render(wholeNode, [naming], 'openmetrics')));
    it(`of ${naming} pleases promtool`, () =>
      expect(checkMetrics(render(wholeNode, [naming]))).to.deep.equal([]));
    it(`of ${naming} is read by Prometheus as OpenMetrics`, () =>
      readOpenMetrics(render(wholeNode, [naming], 'openmetrics'), endTime[0]));
  }

  describe('with all namings at once', () => {
    it('pleases promtool and is read as OpenMetrics', () => {
      expect(checkMetrics(render(wholeNode, namingIds))).to.deep.equal([]);
      readOpenMetrics(render(wholeNode, namingIds, 'openmetrics'), endTime[0]);
    });

    it('has no name, and no series, twice', () => {
      read(wholeNode, namingIds);
      read(wholeNode, namingIds, 'openmetrics');
    });

    it('carries exactly what each naming alone carries, fallbacks aside', () => {
      const all = read(wholeNode, namingIds);
      const alone = namingIds.flatMap((naming) => [...read(wholeNode, [naming])]);
      expect([...all.keys()].sort()).to.deep.equal([...new Set(alone.map(([name]) => name))].sort());
      for (const [name, family] of alone) expect(all.get(name), name).to.deep.equal(family);
    });

    it('tells of the resource once', () => {
      expect(render(wholeNode, namingIds).match(/^target_info/gm)).to.have.length(1);
    });
  });

  it('is the same whatever the order in which volumes come', () => {
    const volumes = [throttled, failed, instanceStore, fresh];
    const page = render(nodeWith(...volumes), namingIds);
    expect(render(nodeWith(...volumes.toReversed()), namingIds)).to.equal(page);
  });

  it('is empty, and valid, where there is nothing', () => {
    const nothing = resourceMetrics({}, {});
    expect(render(nothing, ['ebs'])).to.equal('');
    expect(render(nothing, ['ebs'], 'openmetrics')).to.equal('# EOF\n');
  });
});
