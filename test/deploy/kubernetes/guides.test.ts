import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { projectFiles } from '../../architecture/source-tree.ts';
import { daemonSetOf } from './daemon-set.ts';
import {
  buildTimeoutMs,
  nameOf,
  objectsIn,
  objectsOf,
  outputOf,
  prepareTools,
  rendered,
  root,
  run,
  textOf,
  type KubernetesObject,
} from './manifests.ts';

/** What the guides have people apply, as far as it can be run without a cluster. */

const guides = projectFiles(/^docs\/guides\/.*\.md$/);

function blockOf(document: string, file: string): string {
  const found = new RegExp(`^\`\`\`yaml\\n# ${file}\\n(.*?)^\`\`\`$`, 'ms').exec(textOf(document));
  if (found === null) throw new Error(`${document} has no ${file}`);
  return found[1] ?? '';
}

describe('the guides', function () {
  this.timeout(60_000);
  let folder: string;

  before(function () {
    this.timeout(buildTimeoutMs);
    prepareTools();
    folder = mkdtempSync(join(tmpdir(), 'guides-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const expectValid = (yaml: string): void => {
    expect(run('validate', ['-'], yaml)).to.include({ code: 0, stderr: '' });
  };

  /** The kustomization of a guide, with this tree for the clone. */
  const built = (document: string): readonly KubernetesObject[] => {
    const own = join(folder, document.replaceAll('/', '-'));
    mkdirSync(own);
    const kustomization = blockOf(document, 'kustomization\\.yaml');
    writeFileSync(
      join(own, 'kustomization.yaml'),
      kustomization.replaceAll('../ebs-nvme-collector', relative(own, root)),
    );
    const yaml = outputOf('kubectl', ['kustomize', own]);
    expectValid(yaml);
    return objectsOf(yaml);
  };

  for (const document of guides) {
    it(`name files and folders that are there: ${document}`, () => {
      const named = [...textOf(document).matchAll(/(?<![\w./-])deploy\/[\w./-]*\w/g)].map(([path]) => path);
      expect(named.filter((path) => !existsSync(join(root, path)))).to.deep.equal([]);
    });
  }

  it('label what kube-prometheus-stack selects, and nothing else', () => {
    const labelled = built('docs/guides/prometheus.md').filter(
      ({ metadata }) => metadata.labels?.['release'] === 'kube-prometheus-stack',
    );
    expect(labelled.map(({ kind }) => kind)).to.have.members(['ServiceMonitor', 'PrometheusRule']);
  });

  it('label it with the chart, too', () => {
    const settings = [...textOf('docs/guides/prometheus.md').matchAll(/--set ([\w.=-]+)/g)];
    const objects = rendered(...settings.flatMap(([, setting = '']) => ['--set', setting]));
    const monitor = objects.find(({ kind }) => kind === 'ServiceMonitor');
    expect(monitor?.metadata.labels).to.include({ release: 'kube-prometheus-stack' });
  });

  it('take OpenShift’s label off for user workloads, and leave the others', () => {
    const objects = built('docs/guides/openshift-monitoring.md');
    const [plain] = objectsIn('deploy/openshift');
    const { 'openshift.io/cluster-monitoring': platform, ...others } = plain?.metadata.labels ?? {};
    expect(platform).to.equal('true');
    expect(objects.find(({ kind }) => kind === 'Namespace')?.metadata.labels).to.deep.equal(others);
    expect(objects.map(nameOf)).to.include('ServiceMonitor ebs-nvme-collector');
  });

  it('enable user workload monitoring by a ConfigMap that is right', () => {
    expectValid(blockOf('docs/guides/openshift-monitoring.md', 'cluster-monitoring-config\\.yaml'));
  });
});

describe('each table of the containers', () => {
  const header = /^\| container \| privileged \|.*\n\|.*\n((?:\|.*\n)+)/m;
  const documents = projectFiles(/\.md$/).filter((path) => header.test(textOf(path)));
  const { containers } = daemonSetOf(objectsIn('deploy')).spec.template.spec;

  it('is where people look for it', () => {
    expect(documents).to.include('docs/deploying.md');
  });

  for (const document of documents) {
    it(`says of each container whether it is privileged, and who it is: ${document}`, () => {
      const rows = (header.exec(textOf(document))?.[1] ?? '')
        .trim()
        .split('\n')
        .map((row) => row.split('|').map((cell) => cell.trim()));
      expect(rows.map(([, name = '']) => name.replaceAll('`', ''))).to.deep.equal(
        containers.map(({ name }) => name),
      );
      for (const [index, [, , privileged = '', user = '']] of rows.entries()) {
        const { runAsUser, runAsGroup, ...context } = containers[index]?.securityContext ?? {};
        expect(privileged).to.match(context['privileged'] === true ? /^yes/ : /^no/);
        expect(user).to.equal(`${String(runAsUser)}:${String(runAsGroup)}`);
      }
    });
  }
});
