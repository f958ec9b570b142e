import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import type { Machine } from './figures.ts';

function firstLineOf(file: string, ...args: string[]): string {
  try {
    return (
      execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0] ?? ''
    );
  } catch {
    return 'unknown';
  }
}

/** @param nodeProgram the Node that is measured, which need not be the one that measures */
export function describeMachine(nodeProgram: string): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryMib: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    node: firstLineOf(nodeProgram, '--version'),
    go: firstLineOf('go', 'env', 'GOVERSION'),
  };
}

/** The commit that is measured, with a mark where files differ from it. */
export function revision(): string {
  return firstLineOf('git', 'describe', '--always', '--dirty');
}
