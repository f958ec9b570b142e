/** How text may look on what it is written to: a terminal or a file, with or without colors and Unicode. */

export interface Screen {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Width of the terminal in characters; undefined where it is none. */
  readonly columns: number | undefined;
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type Color = 'bold' | 'dim' | 'red' | 'yellow' | 'cyan';

export interface Look {
  readonly unicode: boolean;
  paint(color: Color | undefined, text: string): string;
}

const ansi: Readonly<Record<Color, number>> = { bold: 1, dim: 2, red: 31, yellow: 33, cyan: 36 };

/** POSIX: the first of these that is set and not empty decides. */
function isUtf8(env: Screen['env']): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /utf-?8/i.test(locale);
}

/** Knows no control sequences. */
export const isDumb = (env: Screen['env']): boolean => env['TERM'] === 'dumb';

/** Colors on a terminal only, and not where NO_COLOR (https://no-color.org) or a dumb terminal forbids. */
export function lookOf({ isTerminal, env }: Screen): Look {
  const color = isTerminal && !env['NO_COLOR'] && !isDumb(env);
  return {
    unicode: isUtf8(env),
    paint: (name, text) =>
      color && name !== undefined && text !== '' ? `\u001b[${ansi[name]}m${text}\u001b[0m` : text,
  };
}
