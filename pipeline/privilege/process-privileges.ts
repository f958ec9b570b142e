/** What a process may do, as Linux says it in /proc. */

export interface ProcessPrivileges {
  readonly user: number;
  /** The effective capabilities, a bit each. */
  readonly capabilities: bigint;
  /** In a user namespace of its own capabilities are worth nothing to a drive. */
  readonly inInitialUserNamespace: boolean;
}

/** linux/capability.h */
const capSetgid = 6n;
const capSysAdmin = 21n;
const allUsers = ['0', '0', '4294967295'];

function field(status: string, name: string): readonly string[] {
  const line = status.split('\n').find((each) => each.startsWith(`${name}:`));
  return line === undefined
    ? []
    : line
        .slice(name.length + 1)
        .trim()
        .split(/\s+/);
}

/**
 * @param status what /proc/PID/status holds
 * @param userMap what /proc/PID/uid_map holds
 */
export function parsePrivileges(status: string, userMap: string): ProcessPrivileges {
  const [, effectiveUser = '0'] = field(status, 'Uid');
  const [capabilities = '0'] = field(status, 'CapEff');
  const map = userMap.trim().split(/\s+/);
  return {
    user: Number(effectiveUser),
    capabilities: BigInt(`0x${capabilities}`),
    inInitialUserNamespace: map.every((each, index) => each === allUsers[index]),
  };
}

const has = (capabilities: bigint, number: bigint): boolean => ((capabilities >> number) & 1n) === 1n;

/** Whether the process can get the statistics page of a drive. */
export function mayReadDrives({ capabilities, inInitialUserNamespace }: ProcessPrivileges): boolean {
  return inInitialUserNamespace && has(capabilities, capSysAdmin);
}

/** Whether the process can leave the group of device nodes to the reader. */
export function mayLeaveGroups({ capabilities }: ProcessPrivileges): boolean {
  return has(capabilities, capSetgid);
}
