import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { comparisonTable } from './comparison.ts';
import { partNames, partTitles, type Figure, type PartName, type Results } from './figures.ts';
import { describeMachine, revision } from './machine.ts';
import { callsPart } from './parts/calls.ts';
import { memoryPart } from './parts/memory.ts';
import { namingsPart } from './parts/namings.ts';
import type { Part } from './parts/part.ts';
import { pushPart } from './parts/push.ts';
import { scrapePart } from './parts/scrape.ts';
import { soakPart } from './parts/soak.ts';
import { stagesPart } from './parts/stages.ts';
import { startPart } from './parts/start.ts';
import { fits, sectionsOf } from './report.ts';
import { nodeProgram, ourCommand } from './subject.ts';
import { alignedTable } from './table.ts';
import { verdicts, verdictTable } from './targets.ts';

/**
 * `make bench`. Variables: ONLY (parts, separated by commas, to measure anew), BASELINE (results.json of another run), BENCH_COMMAND,
 * BENCH_NODE, BENCH_SOAK_SECONDS, BENCH_FULL=1, BENCH_DATE.
 */

const root = join(import.meta.dirname, '../..');
const resultsFile = join(root, 'build/bench/results.json');

const parts: Readonly<Record<PartName, Part>> = {
  scrape: scrapePart,
  namings: namingsPart,
  stages: stagesPart,
  push: pushPart,
  memory: memoryPart,
  start: startPart,
  calls: callsPart,
  soak: soakPart,
};

const { ONLY, BASELINE, BENCH_SOAK_SECONDS, BENCH_FULL, BENCH_DATE } = process.env;
const print = (text: string) => void process.stdout.write(`${text}\n`);

function chosenParts(): readonly PartName[] {
  const chosen = (ONLY ?? '').split(',').filter((name) => name !== '');
  const unknown = chosen.filter((name) => !(partNames as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw new Error(`ONLY=${ONLY}: there is no ${unknown[0]}; there is ${partNames.join(', ')}`);
  return chosen.length === 0 ? partNames : partNames.filter((name) => chosen.includes(name));
}

function printSections(figures: readonly Figure[]): void {
  for (const { title, table, notes } of sectionsOf({ figures })) {
    print(`\n${title}\n${alignedTable(table)}`);
    for (const note of notes) print(note);
  }
}

const chosen = chosenParts();
// Read before minutes are spent.
const baseline = BASELINE ? (JSON.parse(readFileSync(BASELINE, 'utf8')) as Results) : undefined;
const full = BENCH_FULL === '1';
const soakSeconds = Number(BENCH_SOAK_SECONDS || (full ? 300 : 60));

const figures: Figure[] = [];
for (const name of chosen) {
  const startMs = performance.now();
  print(`\n== ${partTitles[name]}`);
  const found = await parts[name]({ full, soakSeconds, say: print });
  figures.push(...found);
  printSections(found);
  print(`(${Math.round((performance.now() - startMs) / 1000)} s)`);
}

const subject = {
  revision: revision(),
  command: ourCommand.map((word) => (word.startsWith('/') ? relative(root, word) : word)).join(' '),
  machine: describeMachine(nodeProgram),
};

/** Of the last results, the parts that were not measured now, where they are of the same program on the same machine. */
function figuresKept(): readonly Figure[] {
  if (!existsSync(resultsFile)) return [];
  const last = JSON.parse(readFileSync(resultsFile, 'utf8')) as Results;
  const { revision: of, command, machine } = last;
  if (!isDeepStrictEqual({ revision: of, command, machine }, subject)) return [];
  return last.figures.filter(({ part }) => !chosen.includes(part));
}

const results: Results = {
  schema: 1,
  date: BENCH_DATE || new Date().toISOString().slice(0, 10),
  ...subject,
  figures: [...figuresKept(), ...figures],
};
mkdirSync(dirname(resultsFile), { recursive: true });
writeFileSync(resultsFile, `${JSON.stringify(results, undefined, 1)}\n`);

const { machine } = results;
print(
  `\n== Summary: ${machine.cpu}, ${machine.cores} cores, kernel ${machine.kernel}, Node ${machine.node}, ${machine.go}`,
);
for (const line of fits(results)) print(line);
print(`\n${alignedTable(verdictTable(verdicts(results)))}`);
if (baseline !== undefined) {
  print(`\n== Against ${BASELINE}, ${baseline.revision} of ${baseline.date}`);
  print(alignedTable(comparisonTable(baseline, results)));
}
print(`\nwritten: ${relative(process.cwd(), resultsFile)}`);
