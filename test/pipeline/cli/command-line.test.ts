import { expect } from 'chai';
import { commandHelp, parseCommandLine } from '../../../pipeline/cli/command-line.ts';
import { commands, program, runCommand, statsCommand } from '../../../pipeline/cli/commands.ts';

const parse = (line: string) => parseCommandLine(line === '' ? [] : line.split(' '), commands);
const refusal = (line: string) => {
  const parsed = parse(line);
  return parsed.ok ? 'accepted' : parsed.message;
};
const accepted = (line: string) => {
  const parsed = parse(line);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.line;
};

describe('the command line', () => {
  it('means run where no command is named', () => {
    expect(accepted('').command).to.equal(runCommand);
    expect(accepted('--simulate 3').command).to.equal(runCommand);
    expect(accepted('--simulate 3').values.get('simulate')).to.equal('3');
  });

  it('takes values after a space and after an equals sign, and lists', () => {
    const line = accepted('run --config=a.yaml --set a.b=1 --set c=d=e -c b.yaml');
    expect(line.values.get('config')).to.equal('b.yaml');
    expect(line.lists.get('set')).to.deep.equal(['a.b=1', 'c=d=e']);
  });

  it('takes operands where a command has them', () => {
    const line = accepted('stats nvme1n1 --interval 1 vol-1 --json');
    expect(line.command).to.equal(statsCommand);
    expect(line.operands).to.deep.equal(['nvme1n1', 'vol-1']);
    expect([...line.switches]).to.deep.equal(['json']);
  });

  const refusals: readonly (readonly [string, string])[] = [
    ['rnu', 'unknown command "rnu": did you mean "run"?'],
    ['explode', 'unknown command "explode"; known: run, validate, volumes, stats, top, config'],
    ['run --confg a', 'unknown option "--confg": did you mean "--config"?'],
    ['--bogus', 'unknown option "--bogus"; known: --config, --set, --simulate, --help'],
    ['run -x', 'unknown option "-x"; known: --config, --set, --simulate, --help'],
    ['run file.yaml', 'run takes no "file.yaml"'],
    ['run --config', '--config needs a value: --config FILE'],
    ['volumes --config --json', '--config needs a value: --config FILE'],
    ['volumes --json=yes', '--json takes no value but received "yes"'],
  ];
  for (const [line, message] of refusals) {
    it(`refuses \`${line}\``, () => expect(refusal(line)).to.equal(message));
  }

  it('helps with every command', () => {
    for (const command of commands) {
      const help = commandHelp(program, command);
      expect(help).to.include(command.summary);
      for (const { name } of command.options) expect(help).to.include(`--${name}`);
      for (const line of help.split('\n')) expect(line.length, line).to.be.at.most(118);
    }
  });

  it('shows examples that it would accept', () => {
    for (const { examples } of commands) {
      for (const [line] of examples) expect(refusal(line)).to.equal('accepted');
    }
  });
});
