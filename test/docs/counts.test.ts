import { expect } from 'chai';
import { alerts } from '../../deploy/alerts/groups.ts';
import { projectFiles, textOf } from '../architecture/source-tree.ts';
import { promqlBlocks } from '../fixtures/promql.ts';

/** How many there are of something, where documents say it. */

/** The calls that the reader's filter lets through; one has no number where it is only told to be unknown. */
function readerCalls(): ReadonlySet<string> {
  const [, rules = ''] =
    /^constexpr Rule reader_rules\[\] = \{$(.*?)^\};$/ms.exec(textOf('native/reader/system_calls.cc')) ?? [];
  const named = [...rules.matchAll(/\{number\(SYS_(\w+)\)(, unknown)?/g)];
  return new Set(named.flatMap(([, call = '', unknown]) => (unknown === undefined ? [call] : [])));
}

const counted = [
  { what: 'system calls', count: readerCalls().size, said: /(\d+) system calls/g },
  { what: 'alerts', count: alerts.length, said: /(\d+) alerts/g },
  { what: 'queries', count: promqlBlocks(textOf('docs/queries.md')).length, said: /(\d+) queries/g },
];

describe('what documents count', () => {
  const documents = projectFiles(/^(?:[A-Z]+\.md|docs\/.*\.md)$/)
    .map(textOf)
    .join('\n');
  for (const { what, count, said } of counted) {
    it(`is as many as there are: ${what}`, () => {
      const numbers = [...documents.matchAll(said)].map(([, number]) => Number(number));
      expect(numbers).to.not.be.empty;
      expect(new Set(numbers)).to.deep.equal(new Set([count]));
    });
  }
});
