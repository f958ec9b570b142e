import { expect } from 'chai';
import {
  openMetricsFormat,
  textFormat,
} from '../../../../pipeline/exporters/prometheus/exposition-format.ts';
import { createPageContent } from '../../../../pipeline/exporters/prometheus/families.ts';
import { createPageRenderer } from '../../../../pipeline/exporters/prometheus/rendered-page.ts';
import { wholeNode } from './node-of-volumes.ts';
import { oneCollection } from './served.ts';

describe('rendering a collection', () => {
  it('happens once for each format, however many ask, and is compressed once', async () => {
    let renderings = 0;
    const content = createPageContent(['ebs']);
    const render = createPageRenderer(({ resourceMetrics }) => {
      renderings += 1;
      return content(resourceMetrics);
    });
    const pages = [1, 2, 3].map(() => render(oneCollection, textFormat));
    expect(renderings).to.equal(1);
    expect(new Set(pages).size).to.equal(1);
    expect(new Set(await Promise.all(pages.map((page) => page.gzipped()))).size).to.equal(1);
    render(oneCollection, openMetricsFormat);
    expect(renderings).to.equal(2);
  });

  it('happens anew for another collection, and gives the same bytes for the same metrics', () => {
    const content = createPageContent(['ebs']);
    const render = createPageRenderer(({ resourceMetrics }) => content(resourceMetrics));
    const first = render(oneCollection, textFormat);
    const second = render({ readAtMs: 1, resourceMetrics: wholeNode }, textFormat);
    expect(second).not.to.equal(first);
    expect(second.body.equals(first.body)).to.equal(true);
  });
});
