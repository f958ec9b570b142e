import { parseArgs } from 'node:util';
import { suggestion } from '../config/suggestion.ts';

/** An option of a command, for the parser and for the help. */
export interface CommandOption {
  readonly name: string;
  readonly short?: string;
  /** What its value is called in the help: `FILE`. Absent for a switch. */
  readonly value?: string;
  readonly multiple?: true;
  readonly description: string;
}

export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What follows the name: `[VOLUME|DEVICE]...`; absent where nothing may. */
  readonly operands?: string;
  readonly options: readonly CommandOption[];
  /** Paragraphs and examples that teach. */
  readonly details: readonly string[];
  readonly examples: readonly (readonly [commandLine: string, does: string])[];
}

export interface CommandLine {
  readonly command: Command;
  readonly help: boolean;
  readonly operands: readonly string[];
  /** Switches that were given. */
  readonly switches: ReadonlySet<string>;
  /** Values by option; the last one where an option was given twice. */
  readonly values: ReadonlyMap<string, string>;
  /** All values of options that may be given more than once. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

export type ParsedCommandLine =
  { readonly ok: true; readonly line: CommandLine } | { readonly ok: false; readonly message: string };

const helpOption: CommandOption = { name: 'help', short: 'h', description: 'Show this help.' };

function quoted(text: string): string {
  return JSON.stringify(text);
}

/**
 * Takes a command line apart. Every option is known or the line is refused: a mistyped one must not be ignored.
 * @param argv without the interpreter and the script
 * @param commands the first one is meant where none is named
 */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[]): ParsedCommandLine {
  const [first, ...others] = argv;
  const named = commands.find(({ name }) => name === first);
  const command = named ?? commands[0];
  if (command === undefined) throw new Error('no commands');
  const isOption = first === undefined || first.startsWith('-');
  if (named === undefined && !isOption) {
    const names = commands.map(({ name }) => name);
    return {
      ok: false,
      message: `unknown command ${quoted(first)}${suggestion(first, names)}`,
    };
  }

  const options = [...command.options, helpOption];
  const { tokens } = parseArgs({
    args: named === undefined ? [...argv] : others,
    options: Object.fromEntries(
      options.map(({ name, short, value }) => [
        name,
        {
          type: value === undefined ? ('boolean' as const) : ('string' as const),
          ...(short ? { short } : {}),
        },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });

  const refuse = (message: string): ParsedCommandLine => ({ ok: false, message });
  const operands: string[] = [];
  const switches = new Set<string>();
  const values = new Map<string, string>();
  const lists = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (command.operands === undefined) return refuse(`${command.name} takes no ${quoted(token.value)}`);
      operands.push(token.value);
    } else if (token.kind === 'option') {
      const option = options.find(({ name }) => name === token.name);
      if (option === undefined) {
        const known = options.map(({ name }) => `--${name}`);
        return refuse(`unknown option ${quoted(token.rawName)}${suggestion(token.rawName, known)}`);
      }
      if (option.value === undefined) {
        if (token.value !== undefined)
          return refuse(`--${option.name} takes no value but received ${quoted(token.value)}`);
        switches.add(option.name);
      } else {
        // parseArgs takes `--config --json` for a value that begins with a dash.
        if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))) {
          return refuse(`--${option.name} needs a value: --${option.name} ${option.value}`);
        }
        if (option.multiple) lists.set(option.name, [...(lists.get(option.name) ?? []), token.value]);
        else values.set(option.name, token.value);
      }
    }
  }
  return { ok: true, line: { command, help: switches.has('help'), operands, switches, values, lists } };
}

/** The help of one command. */
export function commandHelp(program: string, command: Command): string {
  const options = [...command.options, helpOption].map((option) => {
    const name = `${option.short === undefined ? '    ' : `-${option.short}, `}--${option.name}`;
    const value = option.value === undefined ? '' : ` ${option.value}`;
    return [
      `  ${name}${value}`,
      `${option.description}${option.multiple ? ' May be given more than once.' : ''}`,
    ] as const;
  });
  const width = Math.max(...options.map(([left]) => left.length)) + 2;
  const lines = [
    `${program} ${command.name}${command.operands === undefined ? '' : ` ${command.operands}`} [OPTION]...`,
    '',
    command.summary,
    ...command.details.flatMap((paragraph) => ['', paragraph]),
    '',
    'Options:',
    ...options.map(([left, right]) => `${left.padEnd(width)}${right}`),
  ];
  if (command.examples.length > 0) {
    lines.push('', 'Examples:');
    for (const [line, does] of command.examples) lines.push(`  # ${does}`, `  ${program} ${line}`.trimEnd());
  }
  return `${lines.join('\n')}\n`;
}
