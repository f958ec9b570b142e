import { renderConfigurationReference } from '../../docs/configuration-reference.ts';
import { renderMetricsReference } from '../../docs/metrics-reference.ts';
import { componentSchemas } from '../../pipeline/components.ts';
import { expectFile } from '../fixtures/golden-file.ts';

/** Compares a generated document with its file. */
function drift(file: string, rendered: string): void {
  expectFile(new URL(`../../docs/${file}`, import.meta.url), rendered, 'run `make docs`');
}

describe('the generated documents', () => {
  it('say which metrics there are', () => drift('metrics.md', renderMetricsReference()));

  it('say which keys a configuration has', () =>
    drift('configuration.md', renderConfigurationReference(componentSchemas)));
});
