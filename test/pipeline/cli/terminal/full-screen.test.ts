import { PassThrough } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { expect } from 'chai';
import { eventually } from '../../../fixtures/eventually.ts';
import { openFullScreen, type FullScreen } from '../../../../pipeline/cli/terminal/full-screen.ts';

/** test/e2e/top.test.ts has it on a terminal of the kernel; here is what no shell shows. */
describe('the whole terminal', () => {
  function open(of: { readonly isTTY: boolean }) {
    const rawModes: boolean[] = [];
    const input = Object.assign(new PassThrough(), {
      isTTY: of.isTTY,
      setRawMode: (mode: boolean) => void rawModes.push(mode),
    });
    const output = Object.assign(new PassThrough({ encoding: 'utf8' }), { columns: 0, rows: 0 });
    const pressed: string[] = [];
    let redrawn = 0;
    const screen: FullScreen = openFullScreen({
      input: input as unknown as ReadStream,
      output: output as unknown as WriteStream,
      onKey: (key) => void pressed.push(key),
      onRedraw: () => void (redrawn += 1),
    });
    const written = () => (output.read() as string | null) ?? '';
    return { screen, input, output, pressed, rawModes, written, redrawn: () => redrawn };
  }

  it('is given back once, however often, and hears nothing afterwards', () => {
    const { screen, input, output, pressed, rawModes, written, redrawn } = open({ isTTY: true });
    written();
    screen.leave();
    screen.leave();
    expect(written()).to.equal('\u001b[?7h\u001b[?25h\u001b[?1049l');
    expect(rawModes).to.deep.equal([true, false]);
    output.emit('resize');
    input.emit('keypress', 'x', { name: 'x' });
    expect({ redrawn: redrawn(), pressed }).to.deep.equal({ redrawn: 0, pressed: [] });
  });

  it('is given back where the process ends without a word', () => {
    const { written } = open({ isTTY: true });
    written();
    const leave = process.listeners('exit').at(-1) as () => void;
    leave();
    expect(written()).to.include('\u001b[?1049l');
    expect(process.listeners('exit')).not.to.include(leave);
  });

  it('is as large as a VT100 where it does not say', () => {
    const { screen, output } = open({ isTTY: true });
    expect(screen.size()).to.deep.equal({ columns: 80, rows: 24 });
    Object.assign(output, { columns: 200, rows: 50 });
    expect(screen.size()).to.deep.equal({ columns: 200, rows: 50 });
    screen.leave();
  });

  it('takes keys from a pipe as well, and knows arrows, Escape and Ctrl', async () => {
    const { screen, input, pressed, rawModes } = open({ isTTY: false });
    input.write('q\u001b[A\r \u0003');
    await eventually(
      'the keys',
      () => pressed.length,
      (length) => length === 5,
    );
    input.write('\u001b');
    await eventually(
      'Escape',
      () => pressed.length,
      (length) => length === 6,
    );
    expect(pressed).to.deep.equal(['q', 'up', 'return', 'space', 'ctrl+c', 'escape']);
    expect(rawModes).to.deep.equal([]);
    screen.leave();
  });

  it('draws over what is there, line by line, and clears each line before: the last character of a full one stays', () => {
    const { screen, output, written } = open({ isTTY: true });
    Object.assign(output, { columns: 3, rows: 3 });
    written();
    screen.draw(['one', 'twofold']);
    expect(written()).to.equal('\u001b[H\u001b[Kone\r\n\u001b[Ktwo\r\n\u001b[K');
    screen.draw(['1', '2', '3', '4']);
    expect(written()).to.equal('\u001b[H\u001b[K1\r\n\u001b[K2\r\n\u001b[K3');
    screen.leave();
  });

  it('is taken again where somebody stopped the process and continued it', () => {
    const { screen, rawModes, written, redrawn } = open({ isTTY: true });
    written();
    process.emit('SIGCONT');
    expect(written()).to.equal('\u001b[?1049h\u001b[?25l\u001b[?7l');
    expect(rawModes).to.deep.equal([true, false, true]);
    expect(redrawn()).to.equal(1);
    screen.leave();
    process.emit('SIGCONT');
    expect(redrawn()).to.equal(1);
  });
});
