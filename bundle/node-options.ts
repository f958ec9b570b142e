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

/** What the process's environment says beside. */
export const nodeEnvironment: Readonly<Record<string, string>> = {};

/** `env -S` takes the line apart, sets what is to be set and becomes Node: no second process. */
export function firstLine(): string {
  const variables = Object.entries(nodeEnvironment).map(([name, value]) => `${name}=${value}`);
  return ['#!/usr/bin/env -S', ...variables, 'node', ...nodeOptions].join(' ');
}
