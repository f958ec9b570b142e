import { expect } from 'chai';
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

  it('say of each metric of the collector what it is, once', () => {
    const names = [
      ...renderMetricsReference().matchAll(/^\| `((?:ebs\.collector|process|nodejs)\.[a-z0-9._]+)`/gm),
    ].map(([, name]) => name);
    expect(names).to.include.members(['ebs.collector.reads', 'ebs.collector.mount.reads']);
    expect(names).to.deep.equal([...new Set(names)]);
  });

  it('say which keys a configuration has', () =>
    drift('configuration.md', renderConfigurationReference(componentSchemas)));
});
