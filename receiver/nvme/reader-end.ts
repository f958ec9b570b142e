import { constants } from 'node:os';

/** native/reader/exit_code.h and system_calls.h */
const reasons: Readonly<Record<number, string>> = {
  3: 'it could not be started',
  4: 'it was sent what is no request',
};
const exitRefused = 77;

/** ReaderClient::lost_code in native/reader/client.h: stands where a wait status would. */
export const lostCode = 0xffff;

/**
 * How a reader process ended, in a few words.
 * @param waitStatus as wait(2) gives it
 * @param refusedCall the number of the system call that was refused to it, -1 where none was
 */
export function describeReaderEnd(waitStatus: number, refusedCall: number): string {
  const signal = waitStatus & 0x7f;
  if (signal !== 0) {
    const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
    return `killed by ${name ?? `signal ${signal}`}`;
  }
  const exitCode = (waitStatus >>> 8) & 0xff;
  if (exitCode === exitRefused) return `it made system call ${refusedCall}, which it may not`;
  return reasons[exitCode] ?? `exit code ${exitCode}`;
}
