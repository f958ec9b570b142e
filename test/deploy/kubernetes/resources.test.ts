import { expect } from 'chai';
import { containerOf, daemonSetOf } from './daemon-set.ts';
import { objectsIn, textOf } from './manifests.ts';

/** What docs/benchmarks.md found. */
function measured(what: string): number {
  const row = textOf('docs/benchmarks.md')
    .split('\n')
    .find((line) => line.startsWith(`| ${what} |`));
  if (row === undefined) throw new Error(`docs/benchmarks.md does not have: ${what}`);
  return Number(row.split('|')[3]);
}

/** `80Mi` is 80. */
const amount = (text: string | undefined, unit: string): number => {
  if (text?.endsWith(unit) !== true) throw new Error(`${text} is not in ${unit}`);
  return Number(text.slice(0, -unit.length));
};

describe('the resources of the DaemonSet', () => {
  const daemonSet = daemonSetOf(objectsIn('deploy'));

  it('say what each container needs, and let none have all memory', () => {
    for (const { name, resources } of daemonSet.spec.template.spec.containers) {
      expect(resources.requests, name).to.have.all.keys('cpu', 'memory');
      expect(resources.limits, name).to.include.keys('memory');
    }
  });

  it('are what was measured, and twice that at most', () => {
    const [few, many, cpu] = [
      measured('Resident after 3000 scrapes of 28 volumes, MiB'),
      measured('Resident after 3000 scrapes of 128 volumes, MiB'),
      measured('28 volumes scraped every 15 s and pushed every 10 s, millicores'),
    ];
    const { requests, limits } = containerOf(daemonSet, 'collector').resources;
    const requested = amount(requests['memory'], 'Mi');
    expect(requested).to.be.within(many, many * 1.2);
    expect(amount(limits['memory'], 'Mi')).to.equal(2 * requested);
    expect(amount(requests['cpu'], 'm')).to.be.within(cpu, cpu * 3);
    expect(limits).to.not.have.property('cpu');
    expect(textOf('docs/deploying.md')).to.include(
      `With 28 volumes the collector takes ${Math.round(few)} MiB and ${cpu.toFixed(1)} millicores, with 128 volumes ${Math.round(many)} MiB`,
    );
  });
});
