import type { Results } from './figures.ts';
import { sectionsOf } from './report.ts';
import { markdownTable } from './table.ts';
import { verdicts, verdictTable } from './targets.ts';

/** docs/benchmarks.md, from the results of a run. */

const introduction = `# Benchmarks

What the collector costs on its node, beside two others that read and serve the same devices in the same run: a minimal exporter
written in Go with client_golang (\`test/bench/go-exporter/\`), and the OpenTelemetry SDK's own \`PrometheusExporter\` on observable
instruments (\`test/bench/stock/\`).`;

const method = `## How it is measured

- The drives are a FUSE server's: each is opened and asked by ioctl, as a real one is. Every drive's page changes before every
  scrape, so nothing can be served from before. The server's time is nobody's cost here.
- A scrape of ours serves more than those of the others: the derived gauges, \`ebs_volume_up\` and the collector's own metrics beside
  the 13 metrics that all three have. Their values are compared before anything is timed.
- CPU time is the kernel's own count for the process and what it started, all threads, those that ended too. The three take turns
  scrape by scrape, so that a machine that drifts is the same for all. Figures are medians; wall time is the client's, on a
  connection that is kept.
- Ours is asked to read anew at every scrape (\`min_interval\` 0), as a scraper every 15 s would have it.`;

function machineTable({ date, revision, command, machine }: Results): string {
  return markdownTable({
    head: ['', ''],
    rows: [
      ['date', date],
      ['revision', revision],
      ['processor', `${machine.cpu}, ${machine.cores} cores`],
      ['memory', `${machine.memoryMib} MiB`],
      ['kernel', machine.kernel],
      ['Node', machine.node],
      ['Go', machine.go],
      ['ours', `\`${command}\``],
    ],
  });
}

export function benchmarksDocument(results: Results): string {
  const promises = verdicts(results);
  const sections = sectionsOf(results).map(({ title, table, notes }) =>
    [`## ${title}`, markdownTable(table), notes.map((note) => `- ${note}`).join('\n')]
      .filter((block) => block !== '')
      .join('\n\n'),
  );
  return [
    '<!-- Made by `make bench-docs` from the results of `make bench`. -->',
    introduction,
    ...(promises.length === 0 ? [] : ['## What is promised', markdownTable(verdictTable(promises))]),
    ...sections,
    method,
    '## The machine',
    machineTable(results),
    'Anywhere else: `make bench` (`ONLY=scrape,memory` for parts, `BASELINE=results.json` to compare, `BENCH_FULL=1` for the whole length).',
    '',
  ].join('\n\n');
}
