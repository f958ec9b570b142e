import type { CommandLine } from './command-line.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { createBeat, type BeatClock } from './stats/beat.ts';
import { changeText } from './stats/change-text.ts';
import { changes, type Measured, type VolumeReading } from './stats/follow.ts';
import { meantVolumes, type AllReadings, type MeantVolumesIo } from './stats/meant-volumes.ts';
import { intervalOption } from './stats/options.ts';
import type { FullScreen, FullScreenOptions } from './terminal/full-screen.ts';
import type { Look } from './terminal/look.ts';
import { topFrame, type TopData } from './top/frame.ts';
import { initialState, press, type Shown } from './top/state.ts';

/** The command `top`: what the volumes do now, over and over, on the whole terminal. */

export interface TopOptions {
  /** Volumes or devices; none means all. */
  readonly targets: readonly string[];
  readonly intervalMs: number;
}

export interface TopIo extends MeantVolumesIo, BeatClock {
  readonly look: Look;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly openScreen: (listeners: Pick<FullScreenOptions, 'onKey' | 'onRedraw'>) => FullScreen;
}

/** Two of the drives' own steps, which are of a second. */
const defaultIntervalMs = 2_000;
/** Of what happened, so much stays on the screen. */
const eventsKept = 5;

export function topOptions(
  line: Pick<CommandLine, 'operands' | 'values'>,
): { readonly ok: true; readonly options: TopOptions } | { readonly ok: false; readonly message: string } {
  const interval = intervalOption(line.values);
  if (!interval.ok) return interval;
  const { intervalMs = defaultIntervalMs } = interval;
  return { ok: true, options: { targets: line.operands, intervalMs } };
}

/** What came of two readings, and of what happened before. */
function follow(
  before: TopData,
  previous: readonly VolumeReading[],
  current: AllReadings,
  readAtMs: number,
): TopData {
  const clock = new Date(readAtMs).toISOString().slice(11, 19);
  const all = changes(previous, current.volumes, current);
  const happened = all.flatMap((change) =>
    change.type === 'difference' || change.type === 'failed' ? [] : [`${clock} ${changeText(change)}`],
  );
  return {
    ...before,
    measured: all.filter((change): change is Measured => change.type === 'difference'),
    attached: current.volumes.length,
    failures: current.failures,
    trouble: current.trouble,
    events: [...before.events, ...happened].slice(-eventsKept),
    readAtMs,
  };
}

/** undefined where the signal is aborted first. Nothing of the work stays with a signal that is not. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  let stop = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Goes on until a key or a signal ends it. Gives exit code 1 where a target does not exist, 3 where no volume can be read at
 * first, 0 otherwise, also where there is no volume at all.
 */
export async function showTop({ targets, intervalMs }: TopOptions, io: TopIo): Promise<ExitCode> {
  const meant = meantVolumes(targets, io);
  if (!meant.ok) return meant.code;
  const first = await unlessAborted(io.signal, meant.readAll());
  if (first === undefined) return exitCode.done;
  if (first.readings.length === 0) {
    for (const { error } of first.failures) io.complain(error.message);
    return exitCode.couldNot;
  }

  let followed: TopData = {
    measured: [],
    attached: first.volumes.length,
    failures: first.failures,
    trouble: first.trouble,
    events: [],
    readAtMs: io.now(),
    intervalMs,
    simulated: io.source.simulated,
  };
  let drawn = followed;
  let state = initialState;
  let shown: Shown = { devices: [], pageRows: 1, openedLines: 0 };

  const quit = new AbortController();
  const over = AbortSignal.any([io.signal, quit.signal]);
  const draw = (): void => {
    if (over.aborted) return;
    if (!state.isPaused) drawn = followed;
    const frame = topFrame(drawn, state, screen.size(), io.look);
    ({ shown } = frame);
    screen.draw(frame.lines);
  };
  const onKey = (key: string): void => {
    if (key === 'q' || key === 'ctrl+c') quit.abort();
    else state = press(state, key, shown);
    draw();
  };
  const screen = io.openScreen({ onKey, onRedraw: draw });
  try {
    draw();
    let previous: readonly VolumeReading[] = first.readings;
    const nextBeat = createBeat(intervalMs, { ...io, signal: over });
    for (;;) {
      await nextBeat();
      if (over.aborted) break;
      // A drive that hangs keeps nobody here.
      const current = await unlessAborted(over, meant.readAll());
      if (current === undefined) break;
      followed = follow(followed, previous, current, io.now());
      previous = current.readings;
      draw();
    }
  } finally {
    screen.leave();
  }
  return exitCode.done;
}
