import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { expect } from 'chai';
import { load } from 'js-yaml';
import {
  buildTimeoutMs,
  manifestsIn,
  nameOf,
  objectsIn,
  objectsOf,
  outputOf,
  prepareTools,
  root,
  run,
  textOf,
  type KubernetesObject,
} from './manifests.ts';

interface Kustomization {
  readonly kind: string;
  readonly resources: readonly string[];
  readonly patches?: readonly { readonly path: string }[];
}

const destinations = ['grafana-cloud', 'datadog', 'amazon-managed-prometheus'].map(
  (name) => `opentelemetry-collector/${name}`,
);
const components = [
  'openshift',
  'prometheus-operator',
  'prometheus-operator/pod-monitor',
  'opentelemetry-collector/node-agent',
  'opentelemetry-collector/gateway',
  ...destinations,
  'opentelemetry-collector/scraper',
];

describe('kubectl kustomize', function () {
  this.timeout(60_000);
  let folder: string;

  before(function () {
    this.timeout(buildTimeoutMs);
    prepareTools();
    folder = mkdtempSync(join(tmpdir(), 'kustomize-'));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A kustomization of somebody's own, in another folder. */
  const buildWith = (...names: readonly string[]) => {
    const own = join(folder, names.join('-').replaceAll('/', '-') || 'plain');
    mkdirSync(own, { recursive: true });
    const deploy = relative(own, join(root, 'deploy'));
    const paths = names.map((name) => join(deploy, name));
    writeFileSync(
      join(own, 'kustomization.yaml'),
      JSON.stringify({ resources: [deploy], components: paths }),
    );
    const yaml = outputOf('kubectl', ['kustomize', own]);
    expect(run('validate', ['-'], yaml).stderr).to.equal('');
    return objectsOf(yaml);
  };

  for (const part of ['.', ...components]) {
    const path = join('deploy', part);
    it(`takes every file of ${path}`, () => {
      const { kind, resources, patches = [] } = load(textOf(join(path, 'Kustomization'))) as Kustomization;
      expect(kind).to.equal(part === '.' ? 'Kustomization' : 'Component');
      expect([...resources, ...patches.map((patch) => patch.path)].toSorted()).to.deep.equal(
        manifestsIn(path).map((file) => basename(file)),
      );
    });
  }

  it('of deploy/ gives the objects of its files', () => {
    const built = objectsOf(outputOf('kubectl', ['kustomize', 'deploy']));
    expect(built).to.have.deep.members([...objectsIn('deploy')]);
  });

  it('adds OpenShift and the Prometheus operator', () => {
    const built = buildWith('openshift', 'prometheus-operator');
    expect(built.map(nameOf)).to.have.members(
      [
        ...objectsIn('deploy'),
        ...objectsIn('deploy/openshift').slice(1),
        ...objectsIn('deploy/prometheus-operator'),
      ].map(nameOf),
    );
    expect(built.find(({ kind }) => kind === 'Namespace')).to.deep.equal(objectsIn('deploy/openshift')[0]);
  });

  it('adds the PodMonitor instead', () => {
    expect(buildWith('prometheus-operator/pod-monitor').map(nameOf)).to.include(
      'PodMonitor ebs-nvme-collector',
    );
  });

  const configMapOfOurs = (objects: readonly KubernetesObject[]) =>
    objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'ebs-nvme-collector');

  it('adds an OpenTelemetry Collector on each node, which the collector then pushes to', () => {
    const added = objectsIn('deploy/opentelemetry-collector/node-agent');
    const built = buildWith('opentelemetry-collector/node-agent');
    expect(built.map(nameOf)).to.have.members([...new Set([...objectsIn('deploy'), ...added].map(nameOf))]);
    expect(configMapOfOurs(built)).to.deep.equal(configMapOfOurs(added));
  });

  for (const destination of destinations) {
    it(`adds a gateway that goes on to ${basename(destination)}`, () => {
      const parts = ['deploy', 'deploy/opentelemetry-collector/gateway', `deploy/${destination}`].map(
        objectsIn,
      );
      const built = buildWith(destination);
      expect(built.map(nameOf)).to.have.members([...new Set(parts.flat().map(nameOf))]);
      expect(configMapOfOurs(built)).to.deep.equal(
        parts.map(configMapOfOurs).findLast((object) => object !== undefined),
      );
    });
  }

  it('adds an OpenTelemetry Collector that scrapes, and changes nothing', () => {
    expect(buildWith('opentelemetry-collector/scraper')).to.have.deep.members([
      ...objectsIn('deploy'),
      ...objectsIn('deploy/opentelemetry-collector/scraper'),
    ]);
  });
});
