import { expect } from 'chai';
import { goldenFiles } from '../../fixtures/golden-file.ts';
import { ebsVolume } from '../../fixtures/volumes.ts';
import { ebsPage, instanceStorePage } from './real-pages.ts';
import { first, later, local, machineWith, second } from './stats-scene.ts';
import { watch, type Person } from './top-scene.ts';

const { expectGolden } = goldenFiles(import.meta.url);
const nothing = () => undefined;

const three = () => machineWith([second, ebsPage], [first, ebsPage], [local, instanceStorePage]);
const busy = { ...ebsPage, writeOperations: ebsPage.writeOperations + 50_000 };

describe('top', () => {
  it('shows a line a volume, the most throttled one first', async () => {
    const machine = three();
    const { screen, exitCode, left } = await watch({
      machine,
      meanwhile: [() => machine.drives.set(first, later(ebsPage))],
    });
    expectGolden('top.txt', `${screen}\n`);
    expect({ exitCode, left }).to.deep.equal({ exitCode: 0, left: true });
  });

  it('says at once what is to come', async () => {
    let seen = '';
    await watch({ machine: three(), meanwhile: [(person) => (seen = person.sees())] });
    expectGolden('top-begin.txt', `${seen}\n`);
  });

  it('has colors, and arrows only where the terminal knows them', async () => {
    const machine = three();
    const { screen } = await watch({
      machine,
      screen: { env: { LANG: 'C' } },
      meanwhile: [
        () => machine.drives.set(first, later(ebsPage)),
        (person) => {
          person.press('down');
          machine.drives.set(first, later(later(ebsPage)));
        },
      ],
    });
    expectGolden('top-color-ascii.txt', `${screen}\n`);
  });

  it('shows one volume at length, scrolls it, and goes on to the next', async () => {
    const machine = three();
    const pages: string[] = [];
    const look = (person: Person, ...keys: readonly string[]) => {
      person.press(...keys);
      pages.push(person.sees());
    };
    await watch({
      machine,
      meanwhile: [
        () => machine.drives.set(first, later(ebsPage)),
        (person) => {
          look(person, 'return');
          look(person, 'pagedown');
          look(person, 'end', 'up');
          look(person, 'right');
          look(person, 'escape');
        },
      ],
    });
    expectGolden('top-opened.txt', `${pages.join(`\n${'='.repeat(100)}\n`)}\n`);
  });

  it('stays as it is while it is paused, and goes on with what is then', async () => {
    const machine = machineWith([first, ebsPage]);
    const reads: (string | undefined)[] = [];
    const look = (person: Person) => reads.push(/, [\d.,]+ writes/.exec(person.sees())?.[0]);
    await watch({
      machine,
      meanwhile: [
        nothing,
        (person) => {
          person.press('space');
          machine.drives.set(first, busy);
        },
        (person) => {
          look(person);
          person.press('space');
          look(person);
        },
      ],
    });
    expect(reads).to.have.length(2);
    expect(reads[0]).to.match(/ 0 writes/);
    expect(reads[1]).to.match(/ 25,000 writes/);
  });

  it('shows of more volumes than there are lines those around the chosen one', async () => {
    const machine = machineWith(
      ...Array.from({ length: 128 }, (_, index) => [ebsVolume(index + 1), ebsPage] as const),
    );
    const screens: string[] = [];
    await watch({
      machine,
      size: { columns: 80, rows: 12 },
      meanwhile: [
        nothing,
        (person) => {
          screens.push(person.sees());
          person.press('pagedown', 'down', 'down');
          screens.push(person.sees());
          person.press('end');
          screens.push(person.sees());
          person.resize({ columns: 60, rows: 9 });
          screens.push(person.sees());
        },
      ],
    });
    expectGolden('top-many.txt', `${screens.join(`\n${'='.repeat(80)}\n`)}\n`);
  });

  it('tells of volumes that come, go, are attached anew and cannot be read', async () => {
    const machine = machineWith([first, later(ebsPage)], [second, ebsPage]);
    const { screen } = await watch({
      machine,
      meanwhile: [
        () => {
          machine.drives.delete(second);
          machine.drives.set(local, 'timeout');
        },
        () => machine.drives.set(first, ebsPage),
        nothing,
      ],
    });
    expectGolden('top-events.txt', `${screen}\n`);
  });

  it('says so where the chosen volume is gone', async () => {
    const machine = machineWith([first, ebsPage], [second, ebsPage]);
    const { screen } = await watch({
      machine,
      meanwhile: [
        nothing,
        (person) => person.press('down', 'return'),
        () => machine.drives.delete(first),
        nothing,
      ],
    });
    expect(screen).to.include('nvme1n1 was not read twice in a row: it came, went or was attached anew');
  });

  it('says why where the chosen volume cannot be read', async () => {
    const machine = machineWith([first, ebsPage], [second, ebsPage]);
    const { screen } = await watch({
      machine,
      meanwhile: [
        nothing,
        (person) => {
          person.press('down', 'return');
          machine.drives.set(first, 'timeout');
        },
      ],
    });
    expect(screen).to.include('2 volumes, 1 cannot be read, ');
    expect(screen).to.include('cannot read /dev/nvme1n1: timeout');
  });

  it('ends at q and at Ctrl-C, also while a drive hangs', async () => {
    for (const key of ['q', 'ctrl+c']) {
      const machine = machineWith([first, ebsPage]);
      const { exitCode, left } = await watch({
        machine,
        meanwhile: [
          (person) => {
            machine.read = () => {
              setImmediate(() => person.press(key));
              return new Promise(() => undefined);
            };
          },
        ],
      });
      expect({ exitCode, left }).to.deep.equal({ exitCode: 0, left: true });
    }
  });

  it('ends at a signal before the first reading is there', async () => {
    const machine = machineWith([first, ebsPage]);
    machine.read = () => new Promise(() => undefined);
    const { exitCode, taken } = await watch({ machine, endsAfterMs: 1 });
    expect({ exitCode, taken }).to.deep.equal({ exitCode: 0, taken: false });
  });

  it('goes on with the volumes of before, and says so, where nobody can look for others', async () => {
    const machine = machineWith([first, ebsPage]);
    const { screen } = await watch({
      machine,
      meanwhile: [
        () => {
          machine.discover = () => {
            throw new Error('no sysfs');
          };
          machine.drives.set(first, busy);
        },
      ],
    });
    expect(screen).to.include('25,000 writes/s').and.to.include('cannot look for volumes: no sysfs');
  });

  it('gives the terminal back where something goes wrong', async () => {
    const machine = machineWith([first, ebsPage]);
    const { error, left } = await watch({
      machine,
      meanwhile: [
        () => {
          machine.read = () => Promise.reject(new Error('no addon'));
        },
      ],
    });
    expect(error).to.be.an('error').with.property('message', 'no addon');
    expect(left).to.equal(true);
  });

  it('shows volumes on terminals that are hardly there', async () => {
    const machine = machineWith(
      ...Array.from({ length: 12 }, (_, index) => [ebsVolume(index + 1), ebsPage] as const),
    );
    const seen: string[] = [];
    await watch({
      machine,
      meanwhile: [
        nothing,
        (person) => {
          person.press('end');
          for (const rows of [1, 2, 3, 5, 6, 8, 9]) {
            person.resize({ columns: 30, rows });
            const lines = person.sees().split('\n');
            expect(lines).to.have.length.at.most(rows);
            seen.push(`${rows}: ${lines.map((line) => line.trim().split(/ +/)[0]).join(' ')}`);
          }
        },
      ],
    });
    expect(seen).to.deep.equal([
      '1: DEVICE',
      '2: DEVICE >nvme12n1',
      '3: DEVICE nvme11n1 >nvme12n1',
      '5: DEVICE nvme9n1 nvme10n1 nvme11n1 >nvme12n1',
      '6: 2026-01-01 12 DEVICE nvme11n1 >nvme12n1 q',
      '8: 2026-01-01 12 DEVICE nvme9n1 nvme10n1 nvme11n1 >nvme12n1 q',
      '9: 2026-01-01 12 10–12 DEVICE nvme10n1 nvme11n1 >nvme12n1 q sort',
    ]);
  });

  it('does not take the terminal where there is nothing to show', async () => {
    const none = await watch({ machine: machineWith() });
    expect(none).to.include({ exitCode: 0, taken: false });
    expect(none.complaints.join()).to.match(/^no Amazon NVMe volume is attached/);
    const unknown = await watch({ machine: three(), options: { targets: ['nvme9n1'] } });
    expect(unknown).to.include({ exitCode: 1, taken: false });
    const denied = await watch({ machine: machineWith([first, 'permission_denied']) });
    expect(denied).to.include({ exitCode: 3, taken: false });
    expect(denied.complaints).to.deep.equal(['cannot read /dev/nvme1n1: permission_denied']);
  });
});
