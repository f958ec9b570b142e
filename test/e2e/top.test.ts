import { expect } from 'chai';
import { runCommand } from '../fixtures/collector.ts';
import { eventually } from '../fixtures/eventually.ts';
import { ebsDrive, startNode } from '../fixtures/node.ts';
import { keys, openTerminal, programInShell, type TestTerminal } from '../fixtures/terminal.ts';

const devicesIn = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => /^[ >](nvme\d+n1) .*/.exec(line)?.[1] ?? []);
/** A frame comes line by line: its last one is there when it is whole. */
const hasTable = (lines: readonly string[]): boolean =>
  lines.some((line) => line.startsWith('DEVICE')) && lines.at(-1)?.startsWith('sort by ') === true;
const isCooked = (lines: readonly string[]): boolean =>
  / icanon\b/.test(lines.join('\n')) && / echo\b/.test(lines.join('\n'));

describe('top on a terminal', function () {
  this.timeout(60_000);
  let terminal: TestTerminal | undefined;
  afterEach(async () => {
    await terminal?.close();
    terminal = undefined;
  });

  const open = async (args: string, before = 'true', after = 'true'): Promise<TestTerminal> => {
    const command = `${programInShell} top --interval 1 ${args}`;
    terminal = await openTerminal(
      `${before}; (sh -c 'echo pid $PPID'; exec ${command}); echo "code $?"; ${after}`,
    );
    return terminal;
  };

  it('shows the volumes, one of them at length, and leaves the terminal as it was', async () => {
    const screen = await open('--simulate 6', 'echo my own line', 'stty -a');
    const table = await screen.shows('a table', hasTable);
    expect(await screen.isAlternate()).to.equal(true);
    expect(devicesIn(table).toSorted()).to.deep.equal([1, 2, 3, 4, 5, 6].map((n) => `nvme${n}n1`));
    expect(table[0]).to.match(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, every 1 s, simulated volumes$/);
    expect(table.at(-1)).to.match(/^sort by \[t throttled\] /);

    screen.type(`d${keys.down}${keys.down}`);
    await screen.shows('the second chosen', (lines) => lines.some((line) => line.startsWith('>nvme2n1')));
    screen.type(keys.enter);
    await screen.shows('the second at length', (lines) => lines.some((line) => / {2}nvme2n1 {2}/.test(line)));
    screen.type(keys.escape);
    await screen.shows('the table again', hasTable);

    screen.resize(60, 9);
    await screen.shows(
      'fewer of them',
      (lines) => lines[2] === '1–3 of 6' && lines.at(-2)?.startsWith('q quit ') === true,
    );

    screen.resize(100, 24);
    screen.type('q');
    const left = await screen.ended();
    expect(await screen.isAlternate()).to.equal(false);
    expect(left).to.include.members(['my own line', 'code 0']);
    expect(isCooked(left)).to.equal(true);
  });

  for (const end of ['Ctrl-C', 'SIGTERM', 'SIGHUP'] as const) {
    it(`gives it back at ${end}`, async () => {
      const screen = await open('--simulate 3', 'true', 'stty -a');
      const pid = await screen.pid();
      await screen.shows('a table', hasTable);
      if (end === 'Ctrl-C') screen.type(keys.ctrlC);
      else process.kill(pid, end);
      const left = await screen.ended();
      expect(await screen.isAlternate()).to.equal(false);
      expect(left).to.include('code 0');
      expect(isCooked(left)).to.equal(true);
    });
  }

  it('lends it to the shell at Ctrl-Z, and is back with fg, however large it is then', async () => {
    const screen = await openTerminal('exec bash --norc --noprofile -i');
    terminal = screen;
    screen.type(`PS1='ready> '; ${programInShell} top --interval 1 --simulate 6\n`);
    await screen.shows('a table', hasTable);
    screen.type(keys.ctrlZ);
    await screen.shows('the shell', (lines) => lines.some((line) => line.includes('Stopped')));
    expect(await screen.isAlternate()).to.equal(false);
    screen.resize(60, 9);
    screen.type('fg\n');
    await screen.shows('a smaller table', (lines) => lines[2] === '1–3 of 6' && hasTable(lines));
    screen.type('q');
    await screen.shows('the shell again', (lines) => lines.some((line) => /^ready> *$/.test(line)));
    screen.type('exit\n');
    await screen.ended();
  });

  it('goes on where nobody could continue it: Ctrl-Z in a container without a shell', async () => {
    const screen = await open('--simulate 2');
    await screen.shows('a table', hasTable);
    screen.type(keys.ctrlZ);
    screen.type('l');
    await screen.shows('another order', (lines) => lines.at(-1)?.includes('[l latency]') === true);
    screen.type('q');
    expect(await screen.ended()).to.include('code 0');
  });

  it('shows drives of the machine as they are throttled, come and hang, and leaves while one hangs', async () => {
    const node = await startNode();
    try {
      for (const number of [1, 2]) await node.attach(ebsDrive(number, { readOperations: 1 }));
      const screen = await open(`${node.settings.join(' ')} --set receivers.nvme.read_timeout=8s`);
      await screen.shows('a table', hasTable);
      let exceededMicros = 0;
      await eventually(
        'who is throttled',
        async () => {
          await node.serve(2, {
            readOperations: 1,
            volumeIopsExceededMicros: (exceededMicros += 100_000),
          });
          return screen.lines();
        },
        (lines) => lines.some((line) => /^ nvme2n1 .* volume IOPS \d/.test(line)),
      );
      await node.attach(ebsDrive(3));
      await screen.shows('the new one', (lines) => devicesIn(lines).includes('nvme3n1'));
      await node.devices.setMode('nvme1n1', { type: 'hang' });
      await screen.shows('the hanging one', (lines) =>
        lines.some((line) => /nvme1n1: (no answer|a command has been outstanding)/.test(line)),
      );
      screen.type('q');
      await eventually('the shell', screen.isAlternate, (isAlternate) => !isAlternate);
      // The kernel keeps a process whose command is outstanding.
      await node.devices.release('nvme1n1');
      expect(await screen.ended()).to.include('code 0');
    } finally {
      await node.devices.release('nvme1n1');
      await terminal?.close();
      await node.stop();
    }
  });

  it('says what to do instead where there is no terminal', async () => {
    const { code, stdout, stderr } = await runCommand(['top', '--simulate', '2']);
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr).to.include('top needs a terminal').and.to.include('stats --interval 2');
  });
});
