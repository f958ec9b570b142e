import { expect } from 'chai';
import { groups } from '../../deploy/alerts/groups.ts';
import { isAlert } from '../../deploy/alerts/rule.ts';
import { projectFiles, textOf } from '../architecture/source-tree.ts';
import { pageNames, prometheusNames, recordedNames } from '../deploy/alerts/page-names.ts';
import { goldenFiles } from '../fixtures/golden-file.ts';
import type { Sample } from '../fixtures/prometheus-api.ts';
import { startPrometheusHistory, type PrometheusHistory } from '../fixtures/prometheus-history.ts';
import { promqlBlocks, unknownNames } from '../fixtures/promql.ts';
import { askedAtSeconds, fleetHistory } from './history/open-metrics.ts';

/** Every query that the documents give, asked of a real Prometheus that has a day of two clusters. */

interface Question {
  readonly question: string;
  readonly promql: string;
}

const questions: readonly Question[] = textOf('docs/queries.md')
  .split(/^### /m)
  .slice(1)
  .flatMap((section) => {
    const question = section.slice(0, section.indexOf('\n'));
    return promqlBlocks(section).map((promql) => ({ question, promql }));
  });

const pages: readonly Question[] = projectFiles(/^docs\/(?:runbooks\/EBS|guides\/).*\.md$/).flatMap((page) =>
  promqlBlocks(textOf(page)).map((promql) => ({ question: page, promql })),
);

/** What is the same on all series of a volume, and says nothing here. */
const redundant = new Set(
  'job device persistentvolume pod instance volume_name volume_type volume_instance'.split(' '),
);

function row({ labels, value }: Sample): string {
  const rounded = Number(value.toPrecision(4));
  const shown = Object.entries(labels).filter(
    ([name]) => !redundant.has(name) || labels['node'] === undefined,
  );
  return `  ${rounded} ${shown.map(([name, text]) => `${name}=${text}`).join(' ')}`.trimEnd();
}

const shownRows = 4;
function answer({ question }: Question, samples: readonly Sample[]): string {
  const rows = samples.toSorted((a, b) => b.value - a.value || row(a).localeCompare(row(b))).map(row);
  const more = rows.length > shownRows ? [`  and ${rows.length - shownRows} more`] : [];
  return [question, ...rows.slice(0, shownRows), ...more].join('\n');
}

describe('the documented queries', function () {
  this.timeout(120_000);
  let history: PrometheusHistory;

  before(async () => {
    history = await startPrometheusHistory(fleetHistory(), askedAtSeconds);
  });
  after(() => history?.stop());

  it('are forty at least, each to a question of its own', () => {
    expect(questions.length).to.be.at.least(40);
    expect(new Set(questions.map(({ question }) => question)).size).to.equal(questions.length);
  });

  it('ask only for what a page has', () => {
    const unknown = [...questions, ...pages].flatMap(({ promql }) =>
      unknownNames(promql, pageNames, prometheusNames),
    );
    expect(unknown).to.deep.equal([]);
  });

  for (const { question, promql } of questions) {
    it(`find something: ${question}`, async () => {
      expect(await history.query(promql)).not.to.be.empty;
    });
  }

  it('find what is there', async () => {
    const answers: string[] = [];
    for (const each of questions) answers.push(answer(each, await history.query(each.promql)));
    goldenFiles(import.meta.url).expectGolden('answers.txt', `${answers.join('\n\n')}\n`);
  });

  it('name each recording rule that there is', () => {
    const text = textOf('docs/queries.md').replaceAll(/`…_(\w+)_…`/g, '');
    const missing = [...recordedNames].filter(
      (name) =>
        !text.includes(name) &&
        !text.includes(name.replace('_throughput_', '_iops_').replace('_write_', '_read_')),
    );
    expect(missing).to.deep.equal([]);
  });

  for (const { question, promql } of pages) {
    it(`find something, in ${question}: ${promql.split('\n').join(' ').slice(0, 80)}`, async () => {
      expect(await history.query(promql)).not.to.be.empty;
    });
  }

  it('and the recording rules that ask for no other find something', async () => {
    for (const rule of groups.flatMap(({ rules }) => rules)) {
      if (isAlert(rule) || [...recordedNames].some((name) => rule.expr.includes(name))) continue;
      expect(await history.query(rule.expr), rule.record).not.to.be.empty;
    }
  });
});
