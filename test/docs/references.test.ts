import { renderMetricsReference } from '../../docs/metrics-reference.ts';
import { renderReference } from '../../pipeline/config/reference.ts';
import { componentSchemas } from '../../pipeline/components.ts';
import { expectFile } from '../fixtures/golden-file.ts';

/** Compares a generated document with its file. */
function drift(file: string, rendered: string): void {
  expectFile(new URL(`../../docs/${file}`, import.meta.url), rendered, 'run `make docs`');
}

describe('the generated documents', () => {
  it('say which metrics there are', () => {
    drift('metrics.md', renderMetricsReference());
  });

  it('say which keys a configuration has', () => {
    const intro = `<!-- Made from the schemas in the code by \`make docs\`. -->

# Configuration

The shape is the OpenTelemetry Collector's: components by \`type\` or \`type/name\`, joined by pipelines. \`\${env:VAR}\` and
\`\${env:VAR:-default}\` are expanded in values, \`$$\` is a dollar. \`ebs-nvme-collector validate --config FILE\` names every mistake with
its line and column; \`ebs-nvme-collector config --config FILE\` prints what will run.

`;
    drift('configuration.md', intro + renderReference(componentSchemas));
  });
});
