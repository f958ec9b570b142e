import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { textOf } from '../architecture/source-tree.ts';
import { runCommand, startCollector, type Collector } from '../fixtures/collector.ts';
import type { Sample } from '../fixtures/prometheus-api.ts';
import { startPrometheus, type PrometheusServer } from '../fixtures/prometheus-server.ts';
import { promqlBlocks } from '../fixtures/promql.ts';

/** What docs/migration.md gives to write anew: both ways of asking answer the same. */

const document = textOf('docs/migration.md');
const configurations = [...document.matchAll(/^```yaml\n(# collector\.yaml\n.*?)^```$/gms)].map(
  ([, text = '']) => text,
);

interface Question {
  readonly asks: string;
  /** In the driver's names first. */
  readonly expressions: readonly string[];
}

const questions: readonly Question[] = promqlBlocks(document).map((block) => {
  const [asks = '', ...expressions] = block.split(/^# (?:ebs|otel)$/m).flatMap((part, index) => {
    const [first = '', ...rest] = part.split('\n');
    return index === 0 ? [first.replace(/^# /, ''), rest.join('\n').trim()] : [part.trim()];
  });
  return { asks, expressions };
});

/** All at one moment, as rates depend on it: told apart by a label. */
const atOnce = (expressions: readonly string[]): string =>
  expressions.map((each, way) => `label_replace(${each}, "way", "${way}", "", "")`).join(' or ');

/** By volume: the one label that all namings have, by two names. */
const byVolume = (samples: readonly Sample[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    samples.map(({ labels, value }) => [labels['volume_id'] ?? labels['aws_ebs_volume_id'] ?? '', value]),
  );

/** But for the last digits: one way counts µs, and another seconds. */
const isNearly = (a: number, b: number): boolean => Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.abs(b);

describe('the document on migration', function () {
  this.timeout(60_000);
  let folder: string;
  let collector: Collector;
  let prometheus: PrometheusServer;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ebs-nvme-collector-migration-'));
    const [naming = ''] = configurations;
    const file = join(folder, 'collector.yaml');
    writeFileSync(file, naming);
    const endpoint = ['--set', 'exporters.prometheus.endpoint=127.0.0.1:0'];
    collector = await startCollector(['--config', file, '--simulate', '3', ...endpoint]);
    prometheus = await startPrometheus(new URL(collector.url).host);
    await prometheus.scrapes(4);
  });
  after(async () => {
    await prometheus?.stop();
    await collector?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has configurations that are right', async () => {
    expect(configurations).to.have.length(2);
    for (const [index, text] of configurations.entries()) {
      const file = join(folder, `${index}.yaml`);
      writeFileSync(file, text);
      expect(await runCommand(['validate', '--config', file])).to.include({ code: 0, stderr: '' });
    }
  });

  it('asks four questions in three ways', () => {
    expect(questions.map(({ expressions }) => expressions.length)).to.deep.equal([3, 3, 3, 3]);
  });

  for (const { asks, expressions } of questions) {
    it(`gets one answer: ${asks}`, async () => {
      const volumes = 3;
      const samples = await prometheus.eventually(
        atOnce(expressions),
        ({ length }) => length === volumes * expressions.length,
      );
      const [first, ...others] = expressions.map((_, way) =>
        byVolume(samples.filter(({ labels }) => labels['way'] === String(way))),
      );
      for (const each of others) {
        expect(each).to.have.all.keys(Object.keys(first ?? {}));
        for (const [id, value] of Object.entries(each)) {
          expect(isNearly(value, first?.[id] ?? NaN), `${id}: ${value} and ${first?.[id]}`).to.equal(true);
        }
      }
    });
  }
});
