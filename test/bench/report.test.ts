import { expect } from 'chai';
import { goldenFiles } from '../fixtures/golden-file.ts';
import { comparisonTable } from './comparison.ts';
import { benchmarksDocument } from './document.ts';
import { sectionsOf } from './report.ts';
import { sampleResults, withCpuOf } from './sample-results.ts';
import { alignedTable, figureText } from './table.ts';
import { verdicts } from './targets.ts';

const { expectGolden } = goldenFiles(import.meta.url);

describe('the report of the benchmarks', () => {
  it('is the document', () => {
    expectGolden('benchmarks.md', benchmarksDocument(sampleResults));
  });

  it('is tables on a terminal', () => {
    const text = sectionsOf(sampleResults)
      .map(({ title, table, notes }) => [title, alignedTable(table), ...notes].join('\n'))
      .join('\n\n');
    expectGolden('tables.txt', `${text}\n`);
  });

  it('compares a run with one before it, and says what noise may explain', () => {
    expectGolden(
      'comparison.txt',
      `${alignedTable(comparisonTable(withCpuOf('ours', 2), withCpuOf('go', 1.05)))}\n`,
    );
  });

  it('compares only what both runs measured', () => {
    const { rows } = comparisonTable({ ...sampleResults, figures: [] }, sampleResults);
    expect(rows).to.deep.equal([]);
  });

  it('gives three digits and no more', () => {
    expect([1234.5, 12.345, 1.2345, 0.12345, 0, undefined].map(figureText)).to.deep.equal([
      '1235',
      '12.3',
      '1.23',
      '0.123',
      '0.00',
      '',
    ]);
  });
});

describe('the promises', () => {
  const kept = (results: typeof sampleResults) =>
    Object.fromEntries(verdicts(results).map((verdict) => [verdict.promise, verdict.kept]));

  it('are judged where they were measured', () => {
    expect(kept(sampleResults)).to.deep.equal({
      'CPU of a scrape of 128 volumes, plain, ms': true,
      'CPU of a scrape of 128 volumes, plain, over that of the Go exporter': true,
      'CPU of a scrape of 128 volumes, plain, over that of the stock exporter': true,
      'Wall time of a scrape of 128 volumes, plain, ms': false,
      'R² of CPU over the number of volumes': true,
      '28 volumes scraped every 15 s and pushed every 10 s, millicores': false,
    });
  });

  it('are broken where ours costs too much beside the others', () => {
    const after = kept(withCpuOf('go', 0.5));
    expect(after['CPU of a scrape of 128 volumes, plain, over that of the Go exporter']).to.equal(false);
    expect(after['CPU of a scrape of 128 volumes, plain, over that of the stock exporter']).to.equal(true);
  });

  it('say nothing of what was not measured', () => {
    expect(verdicts({ figures: [] })).to.deep.equal([]);
  });
});
