import { alignedTable } from '../bench/table.ts';
import type { Account } from './account.ts';

/** What a soak has to say at its end. */

const shown = 40;

function accountsTable(accounts: readonly Account[]): string {
  return alignedTable({
    head: ['stream', 'readings', 'points', 'due', 'lost', 'duplicated', 'wrong', 'repeated'],
    rows: accounts.map(({ stream, readings, points, due, lost, duplicated, wrong, repeated }) =>
      [stream, readings, points, due, lost.length, duplicated.length, wrong.length, repeated].map(String),
    ),
  });
}

/** Each in a line. */
export function findingsIn(accounts: readonly Account[]): readonly string[] {
  return accounts.flatMap(({ stream, lost, duplicated, wrong }) =>
    Object.entries({ lost, duplicated, wrong }).flatMap(([kind, list]) =>
      list.map((each) => `${stream}, ${kind}: ${each}`),
    ),
  );
}

export function renderReport(
  happened: ReadonlyMap<string, number>,
  accounts: readonly Account[],
  findings: readonly string[],
): string {
  const rows = [...happened].map(([name, times]) => [name, String(times)]);
  return [
    '',
    alignedTable({ head: ['what went wrong', 'times'], rows }),
    '',
    accountsTable(accounts),
    ...findings.slice(0, shown),
    ...(findings.length > shown ? [`and ${findings.length - shown} more`] : []),
    '',
  ].join('\n');
}
