import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { nodeOptions } from '../../bundle/node-options.ts';
import { startCollector } from '../fixtures/collector.ts';

describe('a running collector', () => {
  it('is Node itself, with the options that keep it small', async () => {
    const collector = await startCollector(['--simulate', '1']);
    try {
      const { pid } = collector.process;
      const [program, ...words] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      expect(program).to.match(/(?:^|\/)node$/);
      expect(words.slice(0, nodeOptions.length)).to.deep.equal(nodeOptions);
      expect(words[nodeOptions.length]).to.match(/\/dist\/ebs-nvme-collector\.js$/);
    } finally {
      await collector.stop();
    }
  });

  it('is what the package and the image start', () => {
    const text = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
    const { bin } = JSON.parse(text('package.json')) as { readonly bin: unknown };
    expect(bin).to.deep.equal({ 'ebs-nvme-collector': 'dist/ebs-nvme-collector.js' });
    expect(text('Dockerfile')).to.contain(
      '\nENTRYPOINT ["/opt/ebs-nvme-collector/dist/ebs-nvme-collector.js"]\n',
    );
  });
});
