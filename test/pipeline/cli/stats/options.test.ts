import { expect } from 'chai';
import { parseCommandLine } from '../../../../pipeline/cli/command-line.ts';
import { commands } from '../../../../pipeline/cli/commands.ts';
import { statsOptions, type ParsedStatsOptions } from '../../../../pipeline/cli/stats/options.ts';

function parsed(...argv: string[]): ParsedStatsOptions {
  const result = parseCommandLine(['stats', ...argv], commands);
  if (!result.ok) throw new Error(result.message);
  return statsOptions(result.line);
}

describe('the options of stats', () => {
  it('are none by default', () => {
    expect(parsed()).to.deep.equal({
      ok: true,
      options: { targets: [], intervalMs: undefined, count: undefined, json: false },
    });
  });

  it('are targets, an interval in seconds, a count and JSON', () => {
    expect(parsed('nvme1', 'vol-1', '--interval', '2.5', '--count', '3', '--json')).to.deep.equal({
      ok: true,
      options: { targets: ['nvme1', 'vol-1'], intervalMs: 2500, count: 3, json: true },
    });
    expect(parsed('-i', '10s')).to.have.nested.property('options.intervalMs', 10_000);
  });

  it('are refused where they mean nothing', () => {
    const messages = [
      ['--interval', '0.5'],
      ['--interval', 'soon'],
      ['--interval', '1', '--count', '0'],
      ['--interval', '1', '--count', '1.5'],
      ['--count', '3'],
    ].map((argv) => {
      const result = parsed(...argv);
      return result.ok ? 'accepted' : result.message;
    });
    expect(messages).to.deep.equal([
      '--interval takes 1 to 86400 seconds but received "0.5"',
      '--interval takes 1 to 86400 seconds but received "soon"',
      '--count takes a whole number from 1 but received "0"',
      '--count takes a whole number from 1 but received "1.5"',
      '--count needs --interval: it is the number of intervals',
    ]);
  });
});
