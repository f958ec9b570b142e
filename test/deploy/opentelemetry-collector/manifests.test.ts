import { expect } from 'chai';
import { load } from 'js-yaml';
import type { Container, PodSpec } from '../kubernetes/daemon-set.ts';
import { configurationOf } from '../kubernetes/daemon-set.ts';
import { objectsIn, textOf, type KubernetesObject } from '../kubernetes/manifests.ts';

const folder = 'deploy/opentelemetry-collector';
const inFolder = (name: string): readonly KubernetesObject[] => objectsIn(`${folder}/${name}`);

interface Workload extends KubernetesObject {
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: { readonly metadata: KubernetesObject['metadata']; readonly spec: PodSpec };
  };
}
interface Service extends KubernetesObject {
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly port: number; readonly targetPort: string }[];
  };
}
type Environment = readonly { readonly name: string }[];

const ofKind = (objects: readonly KubernetesObject[], kinds: RegExp): KubernetesObject => {
  const found = objects.find(({ kind }) => kinds.test(kind));
  if (found === undefined) throw new Error(`there is no ${kinds.source}`);
  return found;
};
const workloadIn = (name: string): Workload => ofKind(inFolder(name), /^(DaemonSet|Deployment)$/) as Workload;
const containerIn = (name: string): Container => {
  const [container] = workloadIn(name).spec.template.spec.containers;
  if (container === undefined) throw new Error(`${name} has no container`);
  return container;
};
const collectorTexts = (name: string): string =>
  inFolder(name)
    .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name !== 'ebs-nvme-collector')
    .flatMap(({ data }) => Object.values(data as Readonly<Record<string, string>>))
    .join('\n');
const variablesIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/\$\{env:(\w+)\}/g)].map(([, name = '']) => name));

interface BuilderManifest {
  readonly dist: { readonly version: string };
  readonly [section: string]: unknown;
}
const builder = load(textOf('test/opentelemetry-collector/builder.yaml')) as BuilderManifest;
const workloads = ['node-agent', 'gateway', 'scraper'];
const destinations = ['grafana-cloud', 'datadog', 'amazon-managed-prometheus'];

describe('the OpenTelemetry Collector of the tests', () => {
  const { dist, ...sections } = builder;

  it('is of the version that is deployed', () => {
    for (const name of workloads) {
      expect(containerIn(name).image).to.equal(`otel/opentelemetry-collector-contrib:${dist.version}`);
    }
  });

  it('has the modules that its go.mod pins', () => {
    const pinned = textOf('test/opentelemetry-collector/go.mod');
    const modules = Object.values(
      sections as Readonly<Record<string, readonly { readonly gomod: string }[]>>,
    ).flat();
    expect(modules.length).to.be.greaterThan(10);
    for (const { gomod } of modules) expect(pinned).to.include(`\t${gomod}\n`);
    expect(pinned).to.include(`\tgo.opentelemetry.io/collector/cmd/builder v${dist.version}\n`);
  });
});

for (const name of workloads) {
  describe(`the workload of ${name}`, () => {
    const { selector, template } = workloadIn(name).spec;
    const container = containerIn(name);

    it('has no privilege, may change nothing, and is the user that the image or OpenShift gives it', () => {
      expect(container.securityContext).to.deep.equal({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(template.spec.volumes.filter(({ hostPath }) => hostPath !== undefined)).to.deep.equal([]);
    });

    it('is not taken for the collector of volumes', () => {
      const ours = { 'app.kubernetes.io/name': 'ebs-nvme-collector' };
      expect(template.metadata.labels).to.include(selector.matchLabels).and.to.not.include(ours);
    });

    it('listens on the ports that it names, and is probed there', () => {
      const configured = [...collectorTexts(name).matchAll(/\]:(\d+)'|port: (\d+)/g)].map(([, a, b]) =>
        Number(a ?? b),
      );
      expect(container.ports?.map(({ containerPort }) => containerPort)).to.have.members(configured);
      for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
        expect(probe?.httpGet).to.deep.equal({ path: '/', port: 'health' });
      }
    });

    it('gives its configuration what that takes from the environment', () => {
      const given = (container.env as Environment).map((variable) => variable.name);
      expect(given).to.include.members([...variablesIn(collectorTexts(name))]);
    });

    it('collects garbage before memory is short', () => {
      const memory = container.resources.limits['memory'] ?? '';
      const limitMib = Number.parseInt(memory, 10) * (memory.endsWith('Gi') ? 1024 : 1);
      const [, softMib] = /"GOMEMLIMIT","value":"(\d+)MiB"/.exec(JSON.stringify(container.env)) ?? [];
      expect(Number(softMib) / limitMib).to.be.within(0.75, 0.8);
    });
  });
}

describe('what the collector pushes to', () => {
  const plain = load(configurationOf(objectsIn('deploy'))) as object;
  const pushing: readonly (readonly [string, string, object])[] = [
    ['node-agent', 'node-agent', {}],
    ['gateway', 'gateway', {}],
    ['datadog', 'gateway', { temporality: 'delta' }],
  ];
  for (const [where, to, more] of pushing) {
    it(`is the Service of ${to}, the rest being that of deploy/: ${where}`, () => {
      const { metadata, spec } = ofKind(inFolder(to), /^Service$/) as Service;
      const [port] = spec.ports;
      const endpoint = `http://${metadata.name}.${metadata.namespace}:${port?.port}`;
      const expected = structuredClone(plain) as {
        exporters: Record<string, object>;
        service: { pipelines: { metrics: { exporters: string[] } } };
      };
      expected.exporters['otlphttp'] = { endpoint, interval: '30s', ...more };
      expected.service.pipelines.metrics.exporters.push('otlphttp');
      expect(
        load(
          configurationOf(inFolder(where).filter(({ metadata: { name } }) => name === 'ebs-nvme-collector')),
        ),
      ).to.deep.equal(expected);
      expect(spec.selector).to.deep.equal(workloadIn(to).spec.selector.matchLabels);
      expect(containerIn(to).ports?.map(({ name }) => name)).to.include(port?.targetPort);
    });
  }

  it('is the agent on the same node, or none', () => {
    expect(ofKind(inFolder('node-agent'), /^Service$/)['spec']).to.include({
      internalTrafficPolicy: 'Local',
    });
  });
});

describe('the destinations of the gateway', () => {
  for (const destination of destinations) {
    it(`has no credentials in it, and is the file that the gateway reads: ${destination}`, () => {
      const maps = inFolder(destination).filter(
        ({ metadata }) => metadata.name === 'opentelemetry-gateway-destination',
      );
      expect(maps.map(({ data }) => Object.keys(data as object))).to.deep.equal([['destination.yaml']]);
      for (const [, value] of collectorTexts(destination).matchAll(/(?:key|password|username): (.*)$/gm)) {
        expect(value).to.match(/^\$\{env:\w+\}$/);
      }
    });

    it(`says in the document what it takes from the Secret: ${destination}`, () => {
      const document = textOf('docs/opentelemetry-collector.md');
      for (const variable of variablesIn(collectorTexts(destination))) {
        expect(document).to.include(`--from-literal=${variable}=`);
      }
    });
  }
});

describe('the permissions of the scraper', () => {
  it('are to see the pods of its own namespace', () => {
    const objects = inFolder('scraper');
    expect(ofKind(objects, /^Role$/)['rules']).to.deep.equal([
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
    ]);
    const { name, namespace } = ofKind(objects, /^ServiceAccount$/).metadata;
    expect(ofKind(objects, /^RoleBinding$/)['subjects']).to.deep.equal([
      { kind: 'ServiceAccount', name, namespace },
    ]);
    expect(workloadIn('scraper').spec.template.spec['serviceAccountName']).to.equal(name);
    expect(objects.map(({ kind }) => kind)).to.not.include('ClusterRole');
  });

  it('are none for the others', () => {
    for (const other of ['node-agent', 'gateway']) {
      const { spec } = workloadIn(other).spec.template;
      expect(spec['automountServiceAccountToken']).to.equal(false);
      expect(inFolder(other).map(({ kind }) => kind)).to.not.include.members(['Role', 'ClusterRole']);
    }
  });
});
