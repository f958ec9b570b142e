import { readFileSync } from 'node:fs';

/**
 * Another one with each start of the machine, and the same for all its processes, in containers too: proc(5). Empty where
 * the kernel does not say.
 */
export function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
