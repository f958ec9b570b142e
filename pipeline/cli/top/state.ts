import { orders, type OrderKey } from './order.ts';

/** What a person chose by keys. Pure. */

export interface TopState {
  readonly order: OrderKey;
  /** The device whose row is marked. It stays chosen where it cannot be read for a while. */
  readonly chosen: string | undefined;
  /** Its row when it was chosen. */
  readonly chosenAt: number;
  /** The chosen volume is shown at length, from this line on; undefined: all volumes are, a line each. */
  readonly openedAtLine: number | undefined;
  /** What is shown stays, however long it takes to read it. */
  readonly isPaused: boolean;
}

export const initialState: TopState = {
  order: orders[0].key,
  chosen: undefined,
  chosenAt: 0,
  openedAtLine: undefined,
  isPaused: false,
};

/** What is on the screen when a key is pressed. */
export interface Shown {
  /** From top to bottom. */
  readonly devices: readonly string[];
  /** Rows of volumes, or lines of one volume, that are seen at once. */
  readonly pageRows: number;
  /** Lines of the volume that is shown at length. */
  readonly openedLines: number;
}

const within = (value: number, most: number): number => Math.max(0, Math.min(most, value));

/** Where the chosen volume is, or was. undefined where none is chosen. */
export function rowOf({ chosen, chosenAt }: TopState, devices: readonly string[]): number | undefined {
  if (chosen === undefined) return undefined;
  const row = devices.indexOf(chosen);
  return row === -1 ? chosenAt : row;
}

function choose(state: TopState, { devices }: Shown, move: (from: number) => number): TopState {
  if (devices.length === 0) return state;
  const chosenAt = within(move(rowOf(state, devices) ?? -1), devices.length - 1);
  return { ...state, chosen: devices[chosenAt], chosenAt };
}

function scroll(state: TopState, shown: Shown, move: (from: number) => number): TopState {
  const from = state.openedAtLine ?? 0;
  const openedAtLine = within(move(from), Math.max(0, shown.openedLines - shown.pageRows));
  return { ...state, openedAtLine };
}

function open(state: TopState, shown: Shown): TopState {
  // Who chose nothing means the first.
  const chosen = state.chosen === undefined ? choose(state, shown, () => 0) : state;
  return chosen.chosen === undefined ? state : { ...chosen, openedAtLine: 0 };
}

const moves: Readonly<Record<string, (from: number, pageRows: number) => number>> = {
  up: (from) => from - 1,
  k: (from) => from - 1,
  down: (from) => from + 1,
  j: (from) => from + 1,
  pageup: (from, pageRows) => from - pageRows,
  pagedown: (from, pageRows) => Math.max(0, from) + pageRows,
  home: () => 0,
  end: () => Infinity,
};

/** @param key as node:readline names it: `up`, `return`, `q` */
export function press(state: TopState, key: string, shown: Shown): TopState {
  const isOpen = state.openedAtLine !== undefined;
  const move = moves[key];
  if (move !== undefined) {
    const byPage = (from: number) => move(from, shown.pageRows);
    return isOpen ? scroll(state, shown, byPage) : choose(state, shown, byPage);
  }
  if (isOpen && (key === 'left' || key === 'right')) {
    const next = choose(state, shown, (from) => (key === 'left' ? from - 1 : from + 1));
    return { ...next, openedAtLine: 0 };
  }
  switch (key) {
    case 'return':
    case 'enter':
      return isOpen ? state : open(state, shown);
    case 'escape':
    case 'backspace':
      return { ...state, openedAtLine: undefined };
    case 'space':
      return { ...state, isPaused: !state.isPaused };
    default: {
      const order = orders.find((each) => each.key === key)?.key;
      return order === undefined ? state : { ...state, order };
    }
  }
}
