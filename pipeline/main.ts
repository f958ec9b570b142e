import { commandHelp, parseCommandLine } from './cli/command-line.ts';
import { commands, program, programHelp } from './cli/commands.ts';
import { dispatch } from './cli/dispatch.ts';
import { endProcess } from './cli/end-process.ts';
import { exitCode } from './cli/exit-code.ts';
import { productVersion } from './resource/version.ts';

async function main(argv: readonly string[]): Promise<number> {
  const [first] = argv;
  if (first === 'help' || (first !== undefined && ['-h', '--help'].includes(first))) {
    process.stdout.write(programHelp(productVersion()));
    return exitCode.done;
  }
  if (first === 'version' || first === '--version' || first === '-v') {
    process.stdout.write(`${program} ${productVersion()}\n`);
    return exitCode.done;
  }
  const parsed = parseCommandLine(argv, commands);
  if (!parsed.ok) {
    process.stderr.write(`${program}: ${parsed.message}\nSee ${program} --help.\n`);
    return exitCode.wrongUsage;
  }
  if (parsed.line.help) {
    process.stdout.write(commandHelp(program, parsed.line.command));
    return exitCode.done;
  }
  return dispatch(parsed.line);
}

/** Whoever reads the output may stop when it has seen enough: `stats | head`. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCode.done);
});

/** Whoever reads the log may be gone, and the disk it goes to full: no reason to end, and nobody to tell. */
process.stderr.on('error', () => undefined);

const code = await main(process.argv.slice(2));
// What a library still waits for (a retry, a connection) must not hold up the end. Output to a pipe is not written at
// once: it is waited for.
process.stdout.write('', () => process.stderr.write('', () => endProcess(code)));
