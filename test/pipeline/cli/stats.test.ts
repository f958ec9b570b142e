import { expect } from 'chai';
import { goldenFiles } from '../../fixtures/golden-file.ts';
import { ebsPage, instanceStorePage } from './real-pages.ts';
import { first, later, local, machineWith, run, second } from './stats-scene.ts';

const { expectGolden } = goldenFiles(import.meta.url);

describe('stats', () => {
  it('shows the pages of all volumes', async () => {
    const machine = machineWith([first, ebsPage], [local, instanceStorePage]);
    const { screen, exitCode } = await run({ machine });
    expectGolden('stats.txt', screen.output());
    expect(screen.errors()).to.equal('');
    expect(exitCode).to.equal(0);
  });

  it('draws with ASCII where the locale has no more', async () => {
    const machine = machineWith([first, ebsPage], [local, instanceStorePage]);
    const { screen } = await run({
      machine,
      screen: { env: { LANG: 'C' }, isTerminal: false, columns: undefined },
    });
    expectGolden('stats-ascii.txt', screen.output());
    expect(screen.output()).to.match(/^[\n\x20-\x7e]*$/);
  });

  it('puts the histograms side by side where there is room, in color on a terminal', async () => {
    const machine = machineWith([first, ebsPage]);
    const { screen } = await run({ machine, screen: { env: { LANG: 'C.UTF-8' }, columns: 160 } });
    expectGolden('stats-wide-color.txt', screen.output());
  });

  it('keeps within the width of the terminal', async () => {
    const machine = machineWith([first, ebsPage], [local, instanceStorePage]);
    for (const columns of [80, 100, 128, 160]) {
      const pages = await run({ machine, screen: { columns } });
      const busy = machineWith([first, ebsPage], [local, instanceStorePage]);
      const meanwhile = [() => busy.drives.set(first, later(ebsPage))];
      const options = { intervalMs: 10_000 };
      const rates = await run({ machine: busy, screen: { columns }, options, meanwhile });
      busy.drives.set(first, ebsPage);
      const alone = { ...options, targets: ['nvme1'] };
      const rate = await run({ machine: busy, screen: { columns }, options: alone, meanwhile });
      const lines = [pages, rates, rate].flatMap(({ screen }) => screen.output().split('\n'));
      for (const line of lines) expect(line.length, line).to.be.at.most(columns);
    }
  });

  it('gives one JSON object a volume a line, exact', async () => {
    const machine = machineWith([first, ebsPage], [local, instanceStorePage]);
    const { screen } = await run({ machine, options: { json: true } });
    expectGolden('stats.jsonl', screen.output());
  });

  it('says where the bins of a busy volume have started over', async () => {
    const machine = machineWith([first, { ...ebsPage, writeOperations: 2 ** 32 + 11_792 }]);
    const { screen } = await run({ machine });
    expect(screen.output()).to.contain('bins started over at 2^32');
  });

  it('shows what is named only', async () => {
    const machine = machineWith([first, ebsPage], [second, ebsPage]);
    const { screen } = await run({ machine, options: { targets: ['/dev/nvme2n1'] } });
    expect(screen.output()).to.contain(second.id).and.not.contain(first.id);
  });

  it('ends with 1 where what is named does not exist', async () => {
    const { screen, exitCode } = await run({
      machine: machineWith([first, ebsPage]),
      options: { targets: ['nvme9'] },
    });
    expect(screen.errors()).to.equal(
      'no Amazon NVMe volume "nvme9" is attached\nattached are:\n  nvme1n1   vol-0123456789abcdef0\n',
    );
    expect(exitCode).to.equal(1);
  });

  it('shows the others where one cannot be read, and ends with 0', async () => {
    const machine = machineWith([first, 'permission_denied'], [second, ebsPage]);
    const { screen, exitCode } = await run({ machine });
    expect(screen.errors()).to.equal('cannot read /dev/nvme1n1: permission_denied\n');
    expect(screen.output()).to.contain(second.id);
    expect(exitCode).to.equal(0);
  });

  it('ends with 3 where none can be read, or one that was named', async () => {
    const none = machineWith([first, 'timeout'], [second, 'timeout']);
    expect((await run({ machine: none })).exitCode).to.equal(3);
    expect((await run({ machine: none, options: { intervalMs: 1000 } })).exitCode).to.equal(3);
    const one = machineWith([first, 'timeout'], [second, ebsPage]);
    expect((await run({ machine: one, options: { targets: ['nvme1', 'nvme2'] } })).exitCode).to.equal(3);
  });

  it('ends with 3 where nobody can look for volumes', async () => {
    const machine = machineWith();
    machine.discover = () => {
      throw new Error('EACCES: permission denied, scandir /sys/class/nvme');
    };
    const { screen, exitCode } = await run({ machine });
    expect(screen.errors()).to.equal(
      'cannot look for volumes: EACCES: permission denied, scandir /sys/class/nvme\n',
    );
    expect(exitCode).to.equal(3);
  });

  it('says that there are no volumes, and how to see some', async () => {
    const foreign = [{ device: 'nvme0n1', controller: 'nvme0', model: 'Samsung SSD 980', serial: 'S5' }];
    const { screen, exitCode } = await run({ machine: machineWith(), foreign });
    expect(screen.errors()).to.equal(
      'no Amazon NVMe volume is attached to this machine (nvme0n1 is Samsung SSD 980); --simulate 6 shows what it would look like\n',
    );
    expect(exitCode).to.equal(0);
  });
});
