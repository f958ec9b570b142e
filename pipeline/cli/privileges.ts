import type { Config } from '../components.ts';
import type { Decision } from '../privilege/decision.ts';

/** What each process of `run` may do, for people: `config --privileges`. */

type Fact = readonly [what: string, is: string];

interface ProcessFacts {
  readonly name: string;
  readonly purpose: string;
  readonly facts: readonly Fact[];
}

/** What the command finds out about the machine and the configuration. */
export interface PrivilegeFacts {
  readonly separation: Config['service']['privilege']['separate'];
  readonly decision: Decision;
  /** Whom this command runs as, and `run` would begin as. */
  readonly user: number;
  readonly mayReadDrives: boolean;
  readonly mayLeaveGroups: boolean;
  /** The folder of device nodes; undefined where the volumes are simulated. */
  readonly devPath: string | undefined;
  /** Where a reader listens that somebody else started. */
  readonly readerSocket: string | undefined;
}

function groupsOfCollector({ user, mayLeaveGroups }: PrivilegeFacts): string {
  if (user === 0) return '65532, in no group but 65532';
  return mayLeaveGroups ? `${user}, in no group but its own` : `${user}, in its groups`;
}

function separatedCollector(facts: PrivilegeFacts): ProcessFacts {
  const { user, mayLeaveGroups } = facts;
  const nodes =
    user === 0 || mayLeaveGroups
      ? 'and it cannot open nodes of root'
      : 'but nodes that are open to its groups it can read (it needs CAP_SETGID to leave them)';
  return {
    name: 'collector',
    purpose:
      'reads the configuration, listens on the network, pushes to backends, decodes what drives answered',
    facts: [
      ['user', groupsOfCollector(facts)],
      ['capabilities', 'none, and none to be had again (no_new_privs)'],
      ['devices', `none: no drive gives statistics without a capability, ${nodes}`],
      ['files', 'what its user may read'],
      ['network', 'yes'],
    ],
  };
}

function reader(user: number, devPath: string): ProcessFacts {
  return {
    name: 'reader',
    purpose:
      'answers two requests of the collector, over a socket that both inherited: list, and read statistics',
    facts: [
      ['user', user === 0 ? '0, in no group, and root in name only' : `${user}, in its groups`],
      ['capabilities', 'CAP_SYS_ADMIN, which Get Log Page demands, and no other'],
      [
        'devices',
        `${devPath}/nvme*n*, opened for reading; statistics only of drives whose Identify says Amazon`,
      ],
      ['files', `none outside ${devPath} (chroot and Landlock, one of them at least); reads and writes none`],
      ['network', 'no: it can make no socket'],
      [
        'system calls',
        'what this takes (seccomp); any other, and it is ended: no program, no process, no executable memory',
      ],
      ['taken over', `it could send NVMe admin commands to the drives below ${devPath}, and do nothing else`],
      ['ends', 'when the collector ends'],
    ],
  };
}

function keeper(user: number): ProcessFacts {
  return {
    name: 'keeper',
    purpose: 'starts another reader where one ended, which the collector has no privilege for',
    facts: [
      ['user', user === 0 ? '0, as the reader' : `${user}, as the reader`],
      ['all else', 'as the reader, and to start such a process'],
    ],
  };
}

function whole({ user, mayReadDrives, devPath }: PrivilegeFacts): ProcessFacts {
  const capabilities = mayReadDrives
    ? 'all that it was started with, CAP_SYS_ADMIN among them'
    : 'what it was started with, and no CAP_SYS_ADMIN';
  const devices = mayReadDrives
    ? `those in ${devPath}`
    : 'it can ask no drive for statistics: its volumes are reported as not readable';
  return {
    name: 'collector',
    purpose: 'does everything',
    facts: [
      ['user', String(user)],
      ['capabilities', capabilities],
      ['devices', devPath === undefined ? 'it reads none: the volumes are simulated' : devices],
      ['network', 'yes'],
    ],
  };
}

/** What has a reader elsewhere, and no privilege of its own. */
function asking({ user }: PrivilegeFacts, readerSocket: string): ProcessFacts {
  return {
    name: 'collector',
    purpose: 'everything but to read drives',
    facts: [
      ['user', String(user)],
      ['capabilities', 'what it was started with, and no CAP_SYS_ADMIN'],
      ['devices', `none: the reader at ${readerSocket} has them, whoever started it`],
      ['network', 'yes'],
    ],
  };
}

function heading({ separation, decision, readerSocket }: PrivilegeFacts): string {
  if (readerSocket !== undefined)
    return `service.privilege.reader_socket is ${readerSocket}: run asks the reader that listens there.`;
  const setting = `service.privilege.separate is ${separation}`;
  if (decision.type === 'separate')
    return `${setting}: run, started as this command was, separates privileges.`;
  const because = decision.reason === undefined ? '' : `, because ${decision.reason}`;
  const refuses = separation === 'always' && decision.reason !== undefined;
  return refuses
    ? `${setting}: run does not start${because}.`
    : `${setting}: run stays one process${because}.`;
}

function processesOf(facts: PrivilegeFacts): readonly ProcessFacts[] {
  const { decision, devPath, user, readerSocket } = facts;
  if (readerSocket !== undefined)
    return [decision.type === 'separate' ? separatedCollector(facts) : asking(facts, readerSocket)];
  if (decision.type === 'stay') return [whole(facts)];
  if (devPath === undefined) return [separatedCollector(facts)];
  return [separatedCollector(facts), reader(user, devPath), keeper(user)];
}

export function privilegesText(facts: PrivilegeFacts): string {
  const processes = processesOf(facts).map(({ name, purpose, facts: rows }) => {
    const width = Math.max(...rows.map(([what]) => what.length)) + 2;
    return [`${name}: ${purpose}`, ...rows.map(([what, is]) => `  ${what.padEnd(width)}${is}`)].join('\n');
  });
  return `${[heading(facts), ...processes].join('\n\n')}\n`;
}
