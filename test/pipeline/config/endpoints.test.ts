import { expect } from 'chai';
import { problems } from './loading.ts';

describe('pages of Prometheus', () => {
  const two = (a: string, b: string) =>
    `exporters:\n  prometheus:\n    endpoint: "${a}"\n  prometheus/b:\n    endpoint: "${b}"\n`;

  for (const [a, b] of [
    ['0.0.0.0:8090', '0.0.0.0:8090'],
    ['0.0.0.0:8090', 'localhost:8090'],
    ['[::1]:8090', ':8090'],
  ] as const) {
    it(`cannot be on ${a} and ${b}`, async () => {
      expect(await problems({ text: two(a, b) })).to.deep.equal([
        `collector.yaml:5:15: endpoint: ${b} is taken by exporter prometheus: give exporter prometheus/b another port`,
      ]);
    });
  }

  for (const [a, b] of [
    ['0.0.0.0:8090', '0.0.0.0:8091'],
    ['127.0.0.1:8090', '127.0.0.2:8090'],
    ['localhost:0', 'localhost:0'],
  ] as const) {
    it(`can be on ${a} and ${b}`, async () => {
      expect(await problems({ text: two(a, b) })).to.deep.equal([]);
    });
  }

  it('cannot both be on the default', async () => {
    expect(await problems({ text: 'exporters:\n  prometheus:\n  prometheus/b:\n' })).to.deep.equal([
      'collector.yaml:3:3: endpoint: 0.0.0.0:8090 is taken by exporter prometheus: give exporter prometheus/b another port',
    ]);
  });
});
