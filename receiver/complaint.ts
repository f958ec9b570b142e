import type { ReceiverLog } from './log.ts';

/** Says what is wrong, once as long as it stays the same; undefined: nothing is, and it is to be said again. */
export type Complain = (message: string | undefined, fields?: Readonly<Record<string, unknown>>) => void;

export function createComplaint(log: Pick<ReceiverLog, 'warn'>): Complain {
  let said: string | undefined;
  return (message, fields = {}) => {
    if (message !== undefined && message !== said) log.warn(message, fields);
    said = message;
  };
}
