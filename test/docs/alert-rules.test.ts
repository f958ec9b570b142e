import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { ruleFiles } from '../../deploy/alerts/files.ts';
import { alerts } from '../../deploy/alerts/groups.ts';
import { renderRunbookIndex } from '../../docs/runbook-index.ts';
import { projectFiles, textOf } from '../architecture/source-tree.ts';
import { expectFile } from '../fixtures/golden-file.ts';

const fileUrl = (path: string): URL => new URL(`../../${path}`, import.meta.url);

describe('the files of the alerts', () => {
  for (const { path, text } of ruleFiles) {
    it(`are as the alerts in the code: ${path}`, () => expectFile(fileUrl(path), text, 'run `make docs`'));
  }

  it('have an index of runbooks', () =>
    expectFile(fileUrl('docs/runbooks/README.md'), renderRunbookIndex(), 'run `make docs`'));
});

describe('the runbooks', () => {
  const pages = projectFiles(/^docs\/runbooks\/EBS\w+\.md$/);
  const pageOf = (alert: string): string => `docs/runbooks/${alert}.md`;

  it('are one for each alert', () => {
    expect(pages).to.deep.equal(alerts.map(({ alert }) => pageOf(alert)).toSorted());
  });

  for (const page of pages) {
    it(`say what it means, how to check and what to do: ${page}`, () => {
      const text = textOf(page);
      const headings = text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '').match(/^#+ .*$/gm);
      const name = page.replace(/^.*\/|\.md$/g, '');
      expect(headings).to.deep.equal([`# ${name}`, '## What it means', '## How to check', '## What to do']);
      expect(text).to.include('```promql');
    });

    it(`lead nowhere where nothing is: ${page}`, () => {
      const links = [...textOf(page).matchAll(/\]\(([^)#]+\.md)(?:#[\w-]+)?\)/g)].map(([, to = '']) => to);
      expect(links.filter((to) => !existsSync(new URL(to, fileUrl(page))))).to.deep.equal([]);
    });
  }
});
