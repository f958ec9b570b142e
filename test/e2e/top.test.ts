import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { runCommand } from '../fixtures/collector.ts';
import { eventually } from '../fixtures/eventually.ts';
import { ebsDrive, startNode } from '../fixtures/node.ts';
import { keys, openTerminal, programInShell, type TestTerminal } from '../fixtures/terminal.ts';

const devicesIn = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => /^[ >](nvme\d+n1) .*/.exec(line)?.[1] ?? []);
const hasTable = (lines: readonly string[]): boolean => lines.some((line) => line.startsWith('DEVICE'));
const isCooked = (lines: readonly string[]): boolean =>
  / icanon\b/.test(lines.join('\n')) && / echo\b/.test(lines.join('\n'));

describe('top on a terminal', function () {
  this.timeout(60_000);
  let terminal: TestTerminal;
  afterEach(() => terminal?.close());

  const open = (args: string, before = 'true', after = 'true') =>
    openTerminal(`${before}; ${programInShell} top --interval 1 ${args}; echo "code $?"; ${after}`);

  it('shows the volumes, one of them at length, and leaves the terminal as it was', async () => {
    terminal = await open('--simulate 6', 'echo my own line', 'stty -a');
    const table = await terminal.shows('a table', hasTable);
    expect(await terminal.isAlternate()).to.equal(true);
    expect(devicesIn(table).toSorted()).to.deep.equal([1, 2, 3, 4, 5, 6].map((n) => `nvme${n}n1`));
    expect(table[0]).to.match(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, every 1 s, simulated volumes$/);
    expect(table.at(-1)).to.match(/^sort by \[t throttled\] /);

    terminal.type(`d${keys.down}${keys.down}`);
    await terminal.shows('the second chosen', (lines) => lines.some((line) => line.startsWith('>nvme2n1')));
    terminal.type(keys.enter);
    await terminal.shows('the second at length', (lines) =>
      lines.some((line) => / {2}nvme2n1 {2}/.test(line)),
    );
    terminal.type(keys.escape);
    await terminal.shows('the table again', hasTable);

    terminal.resize(60, 9);
    const small = await terminal.shows('fewer of them', (lines) => lines[2] === '1–3 of 6');
    expect(small.at(-2)).to.match(/^q quit /);

    terminal.resize(100, 24);
    terminal.type('q');
    const left = await terminal.ended();
    expect(await terminal.isAlternate()).to.equal(false);
    expect(left).to.include.members(['my own line', 'code 0']);
    expect(isCooked(left)).to.equal(true);
  });

  for (const [name, end] of [
    ['Ctrl-C', () => terminal.type(keys.ctrlC)],
    [
      'SIGTERM',
      () => execFileSync('pkill', ['-TERM', '-f', 'ebs-nvme-collector.js top --interval 1 --simulate 3']),
    ],
  ] as const) {
    it(`gives it back at ${name}`, async () => {
      terminal = await open('--simulate 3', 'true', 'stty -a');
      await terminal.shows('a table', hasTable);
      end();
      const left = await terminal.ended();
      expect(await terminal.isAlternate()).to.equal(false);
      expect(left).to.include('code 0');
      expect(isCooked(left)).to.equal(true);
    });
  }

  it('lends it to the shell at Ctrl-Z, and is back with fg', async () => {
    terminal = await openTerminal('exec bash --norc --noprofile -i');
    terminal.type(`PS1='ready> '; ${programInShell} top --interval 1 --simulate 2\n`);
    await terminal.shows('a table', hasTable);
    terminal.type(keys.ctrlZ);
    await terminal.shows('the shell', (lines) => lines.some((line) => line.includes('Stopped')));
    expect(await terminal.isAlternate()).to.equal(false);
    terminal.type('fg\n');
    await terminal.shows('a table', hasTable);
    terminal.type('q');
    await terminal.shows('the shell again', (lines) => lines.some((line) => /^ready> *$/.test(line)));
    terminal.type('exit\n');
    await terminal.ended();
  });

  it('goes on where nobody could continue it: Ctrl-Z in a container without a shell', async () => {
    terminal = await open('--simulate 2');
    await terminal.shows('a table', hasTable);
    terminal.type(keys.ctrlZ);
    terminal.type('l');
    await terminal.shows('another order', (lines) => lines.at(-1)?.includes('[l latency]') === true);
    terminal.type('q');
    expect(await terminal.ended()).to.include('code 0');
  });

  it('shows drives of the machine as they are throttled, come and hang, and ends while one hangs', async () => {
    const node = await startNode();
    try {
      for (const number of [1, 2]) await node.attach(ebsDrive(number, { readOperations: 1 }));
      terminal = await open(node.settings.join(' '));
      await terminal.shows('a table', hasTable);
      await node.serve(2, { readOperations: 1, volumeIopsExceededMicros: 900_000 });
      await terminal.shows('who is throttled', (lines) =>
        /^ nvme2n1 .* volume IOPS \d/m.test(lines.join('\n')),
      );
      await node.attach(ebsDrive(3));
      await terminal.shows('the new one', (lines) => devicesIn(lines).includes('nvme3n1'));
      await node.devices.setMode('nvme1n1', { type: 'hang' });
      await terminal.shows('the hanging one', (lines) =>
        lines.some((line) => /nvme1n1: (no answer|a command has been outstanding)/.test(line)),
      );
      terminal.type('q');
      await eventually(
        'the shell',
        () => terminal.isAlternate(),
        (isAlternate) => !isAlternate,
      );
    } finally {
      // The kernel keeps a process whose command is outstanding.
      await node.devices.release('nvme1n1');
      expect(await terminal.ended()).to.include('code 0');
      await node.stop();
    }
  });

  it('says what to do instead where there is no terminal', async () => {
    const { code, stdout, stderr } = await runCommand(['top', '--simulate', '2']);
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr).to.include('top needs a terminal').and.to.include('stats --interval 2');
  });
});
