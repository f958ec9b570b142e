import { expect } from 'chai';
import fc from 'fast-check';
import { parseOverride } from '../../../pipeline/config/override.ts';
import { formatProblem } from '../../../pipeline/config/problem.ts';

async function read(text: string, env = {}) {
  const { override, problems } = await parseOverride(text, env);
  return { path: override?.path, value: override?.value, problems: problems.map(formatProblem) };
}

describe('an override', () => {
  it('has a path with dots, and a scalar as it stands', async () => {
    const { path, value, problems } = await read('exporters.prometheus.endpoint=:8090');
    expect(path).to.deep.equal(['exporters', 'prometheus', 'endpoint']);
    expect(value).to.deep.include({ kind: 'scalar', text: ':8090', plain: true });
    expect(value?.location).to.deep.equal({ source: '--set exporters.prometheus.endpoint' });
    expect(problems).to.deep.equal([]);
  });

  it('may have dots in a key after a backslash', async () => {
    expect((await read('service.telemetry.resource.team\\.name=a')).path).to.deep.equal([
      'service',
      'telemetry',
      'resource',
      'team.name',
    ]);
  });

  it('may be a list, a map or a quoted string', async () => {
    expect((await read('a=[b, c]')).value).to.have.property('kind', 'sequence');
    expect((await read('a={b: c}')).value).to.have.property('kind', 'mapping');
    expect((await read('a="b\\n"')).value).to.deep.include({ text: 'b\n', plain: false });
  });

  it('is expanded like the file', async () => {
    expect((await read('a=${env:X}', { X: '5' })).value).to.have.property('text', '5');
    expect((await read('a=${env:X}')).problems).to.deep.equal([
      '--set a: the variable X is not set: set it, or give a default with ${env:X:-default}',
    ]);
  });

  for (const text of ['a', 'a.=1', '=1', '', '.a=1', 'a..b=1']) {
    it(`cannot be ${JSON.stringify(text)}`, async () => {
      const key = text.replace(/=.*/, '');
      expect((await read(text)).problems).to.deep.equal([
        `--set ${key}: expected KEY=VALUE like receivers.nvme.min_interval=2s`,
      ]);
    });
  }

  it('names mistakes in its YAML', async () => {
    expect((await read('a=[b')).problems).to.have.length(1);
    expect((await read('a=[b')).problems[0]).to.match(/^--set a: not valid YAML: /);
  });

  it('never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect(await parseOverride(`a.b=${text}`, {})).to.have.property('problems');
        expect(await parseOverride(text, {})).to.have.property('problems');
      }),
    );
  });
});
