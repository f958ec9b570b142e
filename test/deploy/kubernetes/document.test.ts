import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { containerOf, daemonSetOf } from './daemon-set.ts';
import {
  buildTimeoutMs,
  objectsOf,
  outputOf,
  prepareTools,
  rendered,
  root,
  run,
  textOf,
} from './manifests.ts';

const document = textOf('docs/deploying.md');
const privileges = textOf('docs/privileges.md');

/** What docs/deploying.md has people type, as far as it can be run without a cluster. */
describe('docs/deploying.md', function () {
  this.timeout(60_000);

  before(function () {
    this.timeout(buildTimeoutMs);
    prepareTools();
  });

  it('names files and folders that are there', () => {
    const named = [...`${document}${privileges}`.matchAll(/\bdeploy\/[\w./-]*\w/g)].map(([path]) => path);
    expect(named.length).to.be.greaterThan(10);
    expect(named.filter((path) => !existsSync(join(root, path)))).to.deep.equal([]);
  });

  it('installs the chart with values that it has', () => {
    const command = /^helm install (?:[^\\\n]|\\\n)*/m.exec(document)?.[0] ?? '';
    const settings = [...command.matchAll(/--set (\S+)/g)].flatMap(([, setting = '']) => ['--set', setting]);
    expect(settings.length).to.be.greaterThan(4);
    const objects = rendered(...settings);
    expect(containerOf(daemonSetOf(objects), 'reader').image).to.match(
      /^registry\.example\.com\/ebs-nvme-collector:/,
    );
    expect(objects.map(({ kind }) => kind)).to.include('ServiceMonitor');
  });

  it('shows a kustomization that builds', () => {
    const folder = mkdtempSync(join(tmpdir(), 'document-'));
    try {
      const own = join(folder, 'own');
      mkdirSync(own);
      const [, example = ''] = /```yaml\n(# kustomization\.yaml\n[^`]*)```/.exec(document) ?? [];
      writeFileSync(
        join(own, 'kustomization.yaml'),
        example.replaceAll('../ebs-nvme-collector', relative(own, root)),
      );
      const built = outputOf('kubectl', ['kustomize', own]);
      expect(run('validate', ['-'], built).stderr).to.equal('');
      const { containers } = daemonSetOf(objectsOf(built)).spec.template.spec;
      expect(containers.map(({ image }) => image)).to.deep.equal(
        containers.map(() => 'registry.example.com/ebs-nvme-collector:0.1.0'),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('has the numbers that the tree has', () => {
    const { version } = JSON.parse(textOf('package.json')) as { version: string };
    expect([...document.matchAll(/ebs-nvme-collector:(\d[\w.]*)/g)].map(([, tag]) => tag)).to.include(
      version,
    );
    for (const [, tag] of document.matchAll(/(?:ebs-nvme-collector:|newTag: )(\d+\.\d+\.\d+)/g)) {
      expect(tag).to.equal(version);
    }
  });
});
