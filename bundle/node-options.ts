/**
 * How Node is started: the one place. They stand in the first line of the built program, which is how everything starts
 * it: `make run`, the package's command, the image, a unit of systemd. Started as `node dist/…` it does without them.
 *
 * Linux cuts a first line off at 127 characters before its version 5.1.
 */
export const nodeOptions: readonly string[] = [
  // With 2 a scrape costs the same, and the process takes 3.4 MiB more with 28 volumes, 0.85 MiB with 128.
  '--max-semi-space-size=1',
  // Nothing here is so long that threads collecting beside it would pay for waking them.
  '--single-threaded',
  // For pipeline/heap.ts.
  '--expose-gc',
];

/** `env -S` takes the line apart and becomes Node: no second process. */
export function firstLine(): string {
  return ['#!/usr/bin/env -S node', ...nodeOptions].join(' ');
}
