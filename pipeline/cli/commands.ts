import type { Command, CommandOption } from './command-line.ts';

/** The commands and their options: the one place for the parser, the help and the README. */

export const program = 'ebs-nvme-collector';

const configOption: CommandOption = {
  name: 'config',
  short: 'c',
  value: 'FILE',
  description: 'The configuration; without it the defaults hold.',
};
const setOption: CommandOption = {
  name: 'set',
  value: 'KEY=VALUE',
  multiple: true,
  description: 'Overrides one key of the configuration.',
};
const simulateOption: CommandOption = {
  name: 'simulate',
  value: 'N',
  description: "Takes N simulated volumes instead of the machine's.",
};
const jsonOption: CommandOption = { name: 'json', description: 'Prints JSON.' };

const configured = [configOption, setOption, simulateOption];

export const runCommand: Command = {
  name: 'run',
  summary: 'Collects and exports until a signal ends it.',
  options: configured,
  details: [
    'Serves Prometheus on http://0.0.0.0:8090/metrics unless the configuration says otherwise. With\nOTEL_EXPORTER_OTLP_ENDPOINT set and no configuration file, pushes OTLP there too.',
    'SIGTERM and SIGINT push what is due and end it; SIGHUP reads the configuration again.',
    'Reading drives needs CAP_SYS_ADMIN. Without it every volume is reported as not readable. With it a confined\nprocess of its own reads them, and the one that listens gives up every privilege: see config --privileges.',
  ],
  examples: [
    ['', 'the default: this machine, Prometheus on port 8090'],
    ['run --simulate 6', 'try it on a machine without NVMe volumes'],
    ['run --config collector.yaml --set exporters.prometheus.endpoint=127.0.0.1:9100', 'one key changed'],
  ],
};

export const validateCommand: Command = {
  name: 'validate',
  summary: 'Checks a configuration and names everything that is wrong with it, by line and column.',
  options: configured,
  details: ['Ends with 0 where the configuration is right, with 1 where it is not.'],
  examples: [['validate --config collector.yaml', 'before a rollout']],
};

export const volumesCommand: Command = {
  name: 'volumes',
  summary: 'Shows which volumes are attached and whether they can be read.',
  options: [jsonOption, ...configured],
  details: ["Drives that are not Amazon's are shown and never asked for statistics."],
  examples: [
    ['volumes', 'a table'],
    ['volumes --json', 'one JSON object a line'],
  ],
};

export const statsCommand: Command = {
  name: 'stats',
  summary: 'Shows the statistics page of volumes, decoded; with an interval, what changed in it.',
  operands: '[VOLUME|DEVICE]...',
  options: [
    {
      name: 'interval',
      short: 'i',
      value: 'SECONDS',
      description: 'Shows differences over this time, again and again.',
    },
    { name: 'count', short: 'n', value: 'N', description: 'Ends after N intervals.' },
    jsonOption,
    ...configured,
  ],
  details: [
    'A volume is named by its id (vol-0123456789abcdef0, with or without the dash), its device (nvme1n1, /dev/nvme1n1),\nits controller (nvme1) or its serial. Without a name all are shown.',
  ],
  examples: [
    ['stats nvme1n1', 'counters since the attachment, limits, latency'],
    ['stats --interval 1', 'who is throttled right now, and by what'],
    ['stats --json vol-0123456789abcdef0', 'for a script'],
  ],
};

export const topCommand: Command = {
  name: 'top',
  summary: 'Shows what volumes do now, the most throttled one first, on the whole terminal.',
  operands: '[VOLUME|DEVICE]...',
  options: [
    {
      name: 'interval',
      short: 'i',
      value: 'SECONDS',
      description: 'Reads this often; 2 unless told otherwise.',
    },
    ...configured,
  ],
  details: [
    'The keys stand at the foot of the screen. j and k choose as the arrows do, Home, End, PageUp and PageDown go further;\nEnter shows one volume at length, Esc all of them again; Ctrl-Z lends the terminal to the shell.',
    'Volumes are named as for stats, which prints the same with --interval, for a file, a pipe or a script.',
  ],
  examples: [
    ['top', 'every volume, the most throttled one first'],
    ['top --interval 5 nvme1n1 nvme2n1', 'two of them, every five seconds'],
    ['top --simulate 6', 'try it on a machine without NVMe volumes'],
  ],
};

export const configCommand: Command = {
  name: 'config',
  summary:
    'Prints the effective configuration: defaults, file, environment and --set together. Secrets are hidden.',
  options: [
    { name: 'privileges', description: 'Says instead what each process of `run` may do.' },
    jsonOption,
    ...configured,
  ],
  details: [],
  examples: [
    ['config --config collector.yaml', 'what it will run with'],
    ['config --privileges', 'who may talk to devices, and who to the network'],
  ],
};

/** The first one is meant where none is named. */
export const commands: readonly Command[] = [
  runCommand,
  validateCommand,
  volumesCommand,
  statsCommand,
  topCommand,
  configCommand,
];

/** The help without a command. */
export function programHelp(version: string): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  return `${program} ${version}

Reads the statistics that Amazon EBS and instance-store NVMe volumes keep, once per node, and gives the same
reading to Prometheus and to OTLP backends.

Commands:
${commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`).join('\n')}

  ${program} COMMAND --help shows a command's options. Without a command it runs.

Try it:
  # on any machine, with simulated volumes
  ${program} run --simulate 6
  curl localhost:8090/metrics

Exit codes: 0 done, 1 wrong configuration or input, 2 wrong usage, 3 could not do it.
`;
}
