import { expect } from 'chai';
import { goldenFiles } from '../../../fixtures/golden-file.ts';
import { ebsPage, instanceStorePage } from '../real-pages.ts';
import { first, later, local, machineWith, run, second } from '../stats-scene.ts';

const { expectGolden } = goldenFiles(new URL('../', import.meta.url));

describe('stats with an interval', () => {
  it('shows a line a volume', async () => {
    const machine = machineWith([first, ebsPage], [second, ebsPage], [local, instanceStorePage]);
    const { screen, exitCode } = await run({
      machine,
      options: { intervalMs: 2000 },
      meanwhile: [() => machine.drives.set(first, later(ebsPage))],
    });
    expectGolden('stats-interval.txt', screen.output());
    expect(exitCode).to.equal(0);
  });

  it('shows more where there is more room', async () => {
    const machine = machineWith([first, ebsPage], [second, ebsPage]);
    const { screen } = await run({
      machine,
      options: { intervalMs: 2000 },
      screen: { columns: 160 },
      meanwhile: [() => machine.drives.set(first, later(ebsPage))],
    });
    expectGolden('stats-interval-wide.txt', screen.output());
  });

  it('shows a volume alone at length', async () => {
    const machine = machineWith([first, ebsPage], [second, ebsPage]);
    const { screen } = await run({
      machine,
      options: { intervalMs: 2000, targets: ['nvme1'] },
      meanwhile: [() => machine.drives.set(first, later(ebsPage))],
    });
    expectGolden('stats-interval-alone.txt', screen.output());
  });

  it('gives JSON, what happened beside included', async () => {
    const machine = machineWith([first, ebsPage], [second, ebsPage]);
    const { screen } = await run({
      machine,
      options: { intervalMs: 2000, json: true },
      meanwhile: [
        () => {
          machine.drives.set(first, later(ebsPage));
          machine.drives.delete(second);
        },
      ],
    });
    expectGolden('stats-interval.jsonl', screen.output());
  });

  it('ends after so many intervals', async () => {
    const machine = machineWith([first, ebsPage]);
    const nothing = () => undefined;
    const { screen } = await run({
      machine,
      options: { intervalMs: 1000, count: 3 },
      meanwhile: [nothing, nothing, nothing, nothing],
    });
    expect(screen.output().match(/, 1\.00 s\n/g)).to.have.length(3);
    expect(machine.reads).to.equal(4);
  });

  it('says that a volume was attached anew instead of a negative rate, and goes on with the next interval', async () => {
    const machine = machineWith([first, later(ebsPage)], [second, ebsPage]);
    const fresh = { ...ebsPage, readOperations: 5, writeOperations: 0 };
    const { screen } = await run({
      machine,
      options: { intervalMs: 1000 },
      meanwhile: [() => machine.drives.set(first, fresh), () => undefined],
    });
    expectGolden('stats-interval-reset.txt', screen.output());
  });

  it('tells of volumes that come and go', async () => {
    const machine = machineWith([first, ebsPage]);
    const { screen, exitCode } = await run({
      machine,
      options: { intervalMs: 1000 },
      meanwhile: [
        () => machine.drives.set(second, ebsPage),
        () => machine.drives.delete(first),
        () => machine.drives.delete(second),
        () => undefined,
      ],
    });
    expectGolden('stats-interval-hot-plug.txt', screen.output());
    expect(exitCode).to.equal(0);
  });

  it('goes on with the volumes of before, and says so once, where nobody can look for others', async () => {
    const machine = machineWith([first, ebsPage]);
    const { discover } = machine;
    const { screen, exitCode } = await run({
      machine,
      options: { intervalMs: 1000 },
      meanwhile: [
        () => {
          machine.discover = () => {
            throw new Error('no sysfs');
          };
        },
        () => undefined,
        () => (machine.discover = discover),
      ],
    });
    expect(screen.errors()).to.equal('cannot look for volumes: no sysfs\n');
    expect(screen.output().match(/^nvme1n1 /gm)).to.have.length(3);
    expect(exitCode).to.equal(0);
  });

  it('complains of a failing volume once, and again after it has recovered', async () => {
    const machine = machineWith([first, ebsPage], [second, ebsPage]);
    const { screen } = await run({
      machine,
      options: { intervalMs: 1000 },
      meanwhile: [
        () => machine.drives.set(first, 'timeout'),
        () => undefined,
        () => machine.drives.set(first, ebsPage),
        () => machine.drives.set(first, 'timeout'),
      ],
    });
    expect(screen.errors()).to.equal('cannot read /dev/nvme1n1: timeout\n'.repeat(2));
  });
});
