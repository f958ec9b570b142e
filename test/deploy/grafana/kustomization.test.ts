import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { dashboards, fileOf } from '../../../deploy/grafana/dashboards.ts';

interface Kustomization {
  readonly generatorOptions: {
    readonly disableNameSuffixHash: boolean;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly configMapGenerator: readonly { readonly name: string; readonly files: readonly string[] }[];
}

/** Of all annotations of an object together; `kubectl apply` writes the object into one. */
const largestAnnotationsBytes = 256 * 1024;

describe('kubectl apply -k deploy/grafana', () => {
  const folder = new URL('../../../deploy/grafana/', import.meta.url);
  const textOf = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
  const { generatorOptions, configMapGenerator } = load(textOf('Kustomization')) as Kustomization;

  it('makes a ConfigMap of each dashboard', () => {
    expect(configMapGenerator).to.deep.equal(
      dashboards.map((each) => ({ name: `${each.uid}-dashboard`, files: [fileOf(each)] })),
    );
  });

  it("gives it the label that Grafana's sidecar looks for, a folder, and a name that stays", () => {
    expect(generatorOptions.labels).to.include({ grafana_dashboard: '1' });
    expect(generatorOptions.annotations).to.deep.equal({ grafana_folder: 'EBS' });
    expect(generatorOptions.disableNameSuffixHash).to.equal(true);
  });

  it('makes none that kubectl cannot apply', () => {
    for (const { name, files } of configMapGenerator) {
      const data = Object.fromEntries(files.map((file) => [file, textOf(file)]));
      const applied = JSON.stringify({ metadata: { name, ...generatorOptions }, data });
      // The annotation is a text in JSON itself.
      expect(Buffer.byteLength(applied) + 1024, name).to.be.lessThan(largestAnnotationsBytes);
    }
  });
});
