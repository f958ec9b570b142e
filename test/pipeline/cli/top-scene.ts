import { lookOf, type Screen } from '../../../pipeline/cli/terminal/look.ts';
import { showTop, type TopIo, type TopOptions } from '../../../pipeline/cli/top.ts';
import type { Size } from '../../../pipeline/cli/terminal/full-screen.ts';
import { wallStartMs, type ScriptedMachine } from '../../fixtures/volumes.ts';
import { createFakeScreen } from './fake-screen.ts';

/** The command `top` on a machine whose drives and time a test moves, and on a screen that it looks at. */

export interface Person {
  press(...keys: readonly string[]): void;
  /** What stands on the screen, in lines. */
  sees(): string;
  resize(size: Size): void;
}

interface Scene {
  readonly machine: ScriptedMachine;
  readonly options?: Partial<TopOptions>;
  readonly foreign?: TopIo['foreign'];
  readonly size?: Size;
  readonly screen?: Partial<Screen>;
  /** A signal ends the command after so long, whatever it does. */
  readonly endsAfterMs?: number;
  /** What happens while the command waits, an entry an interval; a signal ends it after the last. */
  readonly meanwhile?: readonly ((person: Person) => void)[];
}

interface Seen {
  /** Absent where it failed. */
  readonly exitCode: number | undefined;
  readonly error: unknown;
  /** The last screen. */
  readonly screen: string;
  readonly complaints: readonly string[];
  /** Whether the terminal was taken, and given back. */
  readonly taken: boolean;
  readonly left: boolean;
}

export async function watch(scene: Scene): Promise<Seen> {
  const { machine, meanwhile = [] } = scene;
  const ended = new AbortController();
  const happenings = [...meanwhile];
  const complaints: string[] = [];
  let size = scene.size ?? { columns: 100, rows: 20 };
  let drawn: readonly string[] = [];
  let taken = false;
  let left = false;
  let onKey: (key: string) => void = () => undefined;
  let onRedraw: () => void = () => undefined;
  const person: Person = {
    press: (...keys) => keys.forEach((key) => onKey(key)),
    sees: () => drawn.join('\n'),
    resize: (to) => {
      size = to;
      onRedraw();
    },
  };
  let error: unknown;
  if (scene.endsAfterMs !== undefined) setTimeout(() => ended.abort(), scene.endsAfterMs);
  const exitCode = await showTop(
    { targets: [], intervalMs: 2_000, ...scene.options },
    {
      source: machine,
      foreign: scene.foreign ?? [],
      readTimeoutMs: 2_000,
      complain: (message) => void complaints.push(message),
      look: lookOf(createFakeScreen(scene.screen)),
      openScreen: (listeners) => {
        taken = true;
        ({ onKey, onRedraw } = listeners);
        return { size: () => size, draw: (lines) => (drawn = lines), leave: () => (left = true) };
      },
      now: () => wallStartMs + machine.nowMs,
      monotonicNow: () => machine.nowMs,
      sleep: async (ms) => {
        machine.nowMs += ms;
        const happening = happenings.shift();
        if (happening === undefined) ended.abort();
        else happening(person);
      },
      signal: ended.signal,
    },
  ).catch((reason: unknown) => {
    error = reason;
    return undefined;
  });
  return { exitCode, error, screen: drawn.join('\n'), complaints, taken, left };
}
