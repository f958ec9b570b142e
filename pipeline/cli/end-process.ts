import { loadedAddon } from '../../receiver/native-addon.ts';

/**
 * Ends the process now. process.exit waits for libuv's threads, and those for what they asked of the kernel: a name server
 * that is silent a minute and more, a disk that hangs for ever. Nothing of that is due any more.
 */
export function endProcess(code: number): never {
  process.emit('exit', code);
  loadedAddon()?.exitProcess(code);
  // Without the addon nothing was read, nor sent.
  return process.exit(code);
}
