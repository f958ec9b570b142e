import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { renderMetricsReference } from '../../docs/metrics-reference.ts';
import { renderReference } from '../../pipeline/config/reference.ts';
import { componentSchemas } from '../../pipeline/components.ts';

/** Compares a generated document with its file; \`make docs\` (UPDATE_GOLDEN=1) writes it anew. */
function drift(file: URL, rendered: string): void {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, rendered);
  expect(readFileSync(file, 'utf8'), 'the document is not what the code says: run `make docs`').to.equal(
    rendered,
  );
}

describe('the generated documents', () => {
  it('say which metrics there are', () => {
    drift(new URL('../../docs/metrics.md', import.meta.url), renderMetricsReference());
  });

  it('say which keys a configuration has', () => {
    const intro = `<!-- Made from the schemas in the code by \`make docs\`. -->

# Configuration

The shape is the OpenTelemetry Collector's: components by \`type\` or \`type/name\`, joined by pipelines. \`\${env:VAR}\` and
\`\${env:VAR:-default}\` are expanded in values, \`$$\` is a dollar. \`ebs-nvme-collector validate --config FILE\` names every mistake with
its line and column; \`ebs-nvme-collector config --config FILE\` prints what will run.

`;
    drift(new URL('../../docs/configuration.md', import.meta.url), intro + renderReference(componentSchemas));
  });
});
