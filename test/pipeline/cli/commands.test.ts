import { expect } from 'chai';
import { commandHelp } from '../../../pipeline/cli/command-line.ts';
import { commands, program, programHelp } from '../../../pipeline/cli/commands.ts';
import { goldenFiles } from '../../fixtures/golden-file.ts';

const { expectGolden } = goldenFiles(import.meta.url);

describe('the help', () => {
  const helps = [programHelp('1.2.3'), ...commands.map((command) => commandHelp(program, command))];

  it('tells of the program and of every command', () => {
    expectGolden('help.txt', helps.join('\n----\n\n'));
  });

  it('fits a terminal of 120 columns, and has no line that ends in a blank', () => {
    for (const line of helps.join('\n').split('\n')) {
      expect(line.length, line).to.be.at.most(120);
      expect(line).to.equal(line.trimEnd());
    }
  });
});
