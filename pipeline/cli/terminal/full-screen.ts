import { emitKeypressEvents, type Interface } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';

/** The whole terminal for as long as a command runs: its contents of before are there again afterwards. */

export interface FullScreen {
  size(): { readonly columns: number; readonly rows: number };
  /** Replaces what is on the screen. Longer lines are cut by the terminal. */
  draw(lines: readonly string[]): void;
  /** Gives the terminal back. */
  leave(): void;
}

export interface FullScreenOptions {
  readonly input: ReadStream;
  readonly output: WriteStream;
  /** A key as node:readline names it (`up`, `return`, `q`), with `ctrl+` before it where that was held. */
  readonly onKey: (key: string) => void;
  /** The terminal has another size, or is ours again after Ctrl-Z. */
  readonly onRedraw: () => void;
}

/** xterm's control sequences: the alternate screen, the cursor, the wrapping of long lines. */
const csi = '\u001b[';
const enter = `${csi}?1049h${csi}?25l${csi}?7l`;
const leaving = `${csi}?7h${csi}?25h${csi}?1049l`;
const home = `${csi}H`;
const clearLine = `${csi}K`;
const clearBelow = `${csi}J`;

/** What VT100 had, where a terminal does not say how large it is. */
const defaultSize = { columns: 80, rows: 24 };

/** Escape alone, and not the first byte of what an arrow sends, when nothing follows for so long. */
const escapeMs = 50;

interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

export function openFullScreen({ input, output, onKey, onRedraw }: FullScreenOptions): FullScreen {
  const take = (): void => {
    // Keys count at once, and are not shown.
    if (input.isTTY) input.setRawMode(true);
    output.write(enter);
  };
  const giveBack = (): void => {
    if (input.isTTY) input.setRawMode(false);
    output.write(leaving);
  };
  const suspend = (): void => {
    giveBack();
    // Comes back when the shell says so, and at once where there is none that could.
    process.kill(process.pid, 'SIGTSTP');
    take();
    onRedraw();
  };
  const onKeypress = (_text: string | undefined, { name, ctrl }: Key) => {
    if (ctrl === true && name === 'z') suspend();
    else if (name !== undefined) onKey(ctrl === true ? `ctrl+${name}` : name);
  };
  let isOpen = true;
  const leave = (): void => {
    if (!isOpen) return;
    isOpen = false;
    process.off('exit', leave);
    output.off('resize', onRedraw);
    input.off('keypress', onKeypress);
    input.pause();
    giveBack();
  };

  // Also where something ends the process that nobody foresaw.
  process.on('exit', leave);
  output.on('resize', onRedraw);
  // Of an interface it takes nothing else.
  emitKeypressEvents(input, { escapeCodeTimeout: escapeMs } as unknown as Interface);
  input.on('keypress', onKeypress);
  input.resume();
  take();

  return {
    size: () => ({
      columns: output.columns || defaultSize.columns,
      rows: output.rows || defaultSize.rows,
    }),
    // In one piece, line by line over what is there: nothing flickers.
    draw: (lines) =>
      void output.write(`${home}${lines.map((line) => line + clearLine).join('\r\n')}${clearBelow}`),
    leave,
  };
}
