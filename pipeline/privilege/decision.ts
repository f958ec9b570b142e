import { dirname } from 'node:path';
import { unreadablePart, unwritablePart, type Inspect } from './access.ts';
import { mayReadDrives, type ProcessPrivileges } from './process-privileges.ts';
import type { Separation } from './separation.ts';

/** Whether to talk to devices and to the network in one process or in two. */

/** Whom the collector becomes; native/reader/launch.h. */
export const collectorUser = 65532;

export interface Circumstances {
  readonly separation: Separation;
  readonly privileges: ProcessPrivileges;
  /** Where the reader's program is, or why it is nowhere. */
  readonly program: { readonly path: string } | { readonly missing: string };
  /** What the collector reads while it runs, or to start once more. */
  readonly files: readonly string[];
  /** Where it keeps what waits for backends. */
  readonly folders: readonly string[];
  /** The configuration, which is read a second time. */
  readonly configuration: string | undefined;
  readonly inspect: Inspect;
}

export type Decision =
  | { readonly type: 'separate'; readonly program: string }
  /** `reason` is there where two processes would have been better. */
  | { readonly type: 'stay'; readonly reason?: string };

function obstacle(circumstances: Circumstances): string | undefined {
  const { privileges, files, folders, configuration, inspect } = circumstances;
  if (configuration !== undefined && inspect(configuration)?.isFile === false) {
    return `${configuration} is no regular file, and can be read only once`;
  }
  if (privileges.user !== 0) return undefined;
  const read = configuration === undefined ? files : [...files, configuration];
  const user = `user ${collectorUser}, whom the collector becomes,`;
  for (const path of read) {
    const part = unreadablePart(path, collectorUser, inspect);
    if (part !== undefined) return `${user} cannot read ${part}`;
  }
  for (const path of folders) {
    const part = unwritablePart(path, collectorUser, inspect);
    if (part !== undefined) {
      return `${user} cannot keep a queue in ${path}: it may not write to ${part} (mkdir -p ${dirname(path)} && chown -R ${collectorUser} ${dirname(path)})`;
    }
  }
  return undefined;
}

export function decide(circumstances: Circumstances): Decision {
  const { separation, privileges, program } = circumstances;
  if (separation === 'never') return { type: 'stay' };
  if (!mayReadDrives(privileges)) {
    const reason = 'the process has no CAP_SYS_ADMIN to give to a reader process';
    return separation === 'always' ? { type: 'stay', reason } : { type: 'stay' };
  }
  if ('missing' in program) return { type: 'stay', reason: program.missing };
  const reason = obstacle(circumstances);
  return reason === undefined ? { type: 'separate', program: program.path } : { type: 'stay', reason };
}
