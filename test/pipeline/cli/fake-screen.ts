import type { Screen } from '../../../pipeline/cli/terminal/look.ts';

export interface FakeScreen extends Screen {
  /** What was written so far. */
  output(): string;
  errors(): string;
}

/** A UTF-8 terminal without colors, unless told otherwise. */
export function createFakeScreen(settings: Partial<Screen> = {}): FakeScreen {
  const written: string[] = [];
  const complained: string[] = [];
  return {
    columns: 80,
    isTerminal: true,
    env: { LANG: 'C.UTF-8', NO_COLOR: '1' },
    write: (text) => void written.push(text),
    writeError: (text) => void complained.push(text),
    output: () => written.join(''),
    errors: () => complained.join(''),
    ...settings,
  };
}
