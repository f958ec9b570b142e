/**
 * How Node is started: the one place. They stand in the first line of the built program, which is how everything starts
 * it: `make run`, the package's command, the image, a unit of systemd. Started as `node dist/…` it does without them.
 *
 * Linux cuts a first line off at 127 characters before its version 5.1.
 */
export const nodeOptions: readonly string[] = [
  '--max-semi-space-size=1',
  '--optimize-for-size',
  '--single-threaded',
  '--expose-gc',
];

/** `env -S` takes the line apart and becomes Node: no second process. */
export function firstLine(): string {
  return ['#!/usr/bin/env -S node', ...nodeOptions].join(' ');
}
