import { emitKeypressEvents, type Interface } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import { cut } from './painted.ts';

/** The whole terminal for as long as a command runs: its contents of before are there again afterwards. */

/** In characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface FullScreen {
  size(): Size;
  /** Replaces what is on the screen. What does not fit is left out. */
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
  const takeAgain = (): void => {
    // The shell had it in its own way meanwhile, which Node does not know.
    if (input.isTTY) input.setRawMode(false);
    take();
    // Nobody says to a process that is stopped that the terminal has another size. Node looks when it is said.
    process.emit('SIGWINCH');
    onRedraw();
  };
  const suspend = (): void => {
    giveBack();
    // As the kernel does it: the whole group, because a shell waits for all of it. It goes on at once where there is no
    // shell that could continue it.
    process.kill(0, 'SIGTSTP');
    takeAgain();
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
    process.off('SIGCONT', takeAgain);
    output.off('resize', onRedraw);
    input.off('keypress', onKeypress);
    input.pause();
    giveBack();
  };

  // Also where something ends the process that nobody foresaw.
  process.on('exit', leave);
  // Also where somebody else stopped the process.
  process.on('SIGCONT', takeAgain);
  output.on('resize', onRedraw);
  // Of an interface it takes nothing else.
  emitKeypressEvents(input, { escapeCodeTimeout: escapeMs } as unknown as Interface);
  input.on('keypress', onKeypress);
  input.resume();
  take();

  const size = (): Size => ({
    columns: output.columns || defaultSize.columns,
    rows: output.rows || defaultSize.rows,
  });
  return {
    size,
    draw(lines) {
      const { columns, rows } = size();
      // In one piece, line by line over what is there: nothing flickers. Cleared first, because after a line that fills the
      // width the cursor stands on its last character.
      const drawn = Array.from({ length: rows }, (_, row) => clearLine + cut(lines[row] ?? '', columns));
      output.write(home + drawn.join('\r\n'));
    },
    leave,
  };
}
