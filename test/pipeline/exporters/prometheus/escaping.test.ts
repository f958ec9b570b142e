import { expect } from 'chai';
import fc from 'fast-check';
import { gauge, point, resourceMetrics } from '../../../fixtures/metrics.ts';
import type { Dialect } from '../../../fixtures/page-parser.ts';
import { read, render } from './render.ts';

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', '}', ',', 'é', '😀') }),
);

describe('escaping on the Prometheus page', () => {
  for (const dialect of ['text', 'openmetrics'] satisfies Dialect[]) {
    it(`lets any label value and any help be read back (${dialect})`, () => {
      fc.assert(
        fc.property(anyText, anyText, (value, description) => {
          const metrics = resourceMetrics(
            {},
            { scope: [gauge({ name: 'g', description }, point(1, { key: value }))] },
          );
          const family = read(metrics, ['otel'], dialect).get('g');
          expect(family?.help).to.equal(description);
          expect(family?.samples[0]?.labels.get('key')).to.equal(value);
        }),
      );
    });
  }

  it('leaves quotes in the help of the text format alone, and escapes them in OpenMetrics', () => {
    const metrics = resourceMetrics(
      {},
      { scope: [gauge({ name: 'g', description: 'say "a\\b"' }, point(1))] },
    );
    expect(render(metrics, ['otel'])).to.contain('# HELP g say "a\\\\b"\n');
    expect(render(metrics, ['otel'], 'openmetrics')).to.contain('# HELP g say \\"a\\\\b\\"\n');
  });
});
