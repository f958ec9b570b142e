import { expect } from 'chai';
import { load } from 'js-yaml';
import {
  buildTimeoutMs,
  chart,
  nameOf,
  objectsIn,
  objectsOf,
  outputOf,
  prepareTools,
  rendered,
  template,
  textOf,
  type KubernetesObject,
} from './manifests.ts';
import { configurationOf, containerOf, daemonSetOf } from './daemon-set.ts';

const set = (...settings: readonly string[]): readonly string[] =>
  settings.flatMap((each) => ['--set', each]);
const everything = set('namespace.create=true', 'openshift.enabled=true', 'serviceMonitor.enabled=true');

/** What a release has more: whose it is, and when to start anew. */
const ofRelease =
  /^(?:app\.kubernetes\.io\/(?:instance|version|managed-by)|helm\.sh\/chart|checksum\/config)$/;

/** Without what differs for a reason, and with the configuration as what it says, not as it is written. */
function comparable(object: unknown): unknown {
  if (Array.isArray(object)) return object.map(comparable);
  if (typeof object !== 'object' || object === null) return object;
  const entries = Object.entries(object)
    .filter(([key]) => !ofRelease.test(key) && key !== 'imagePullPolicy')
    .map(([key, value]): [string, unknown] => [
      key,
      key === 'collector.yaml' ? load(value as string) : comparable(value),
    ]);
  return Object.fromEntries(entries);
}

const byName = (objects: readonly KubernetesObject[]): ReadonlyMap<string, unknown> =>
  new Map(objects.map((object) => [nameOf(object), comparable(object)]));

describe('the Helm chart', function () {
  this.timeout(60_000);

  before(function () {
    this.timeout(buildTimeoutMs);
    prepareTools();
  });

  it('has nothing that helm lint would change', () => {
    expect(outputOf('helm', ['lint', '--strict', '--quiet', '--kube-version', '1.31.0', chart])).to.not.match(
      /WARNING|ERROR/,
    );
  });

  it('has the version of the collector', () => {
    const { version } = JSON.parse(textOf('package.json')) as { version: string };
    expect(load(textOf(`${chart}/Chart.yaml`))).to.include({ version, appVersion: version });
  });

  it('makes the objects of deploy/, but for the namespace that it is installed into', () => {
    const plain = byName(objectsIn('deploy'));
    const made = byName(rendered());
    expect([...made.keys()]).to.have.members(
      [...plain.keys()].filter((name) => !name.startsWith('Namespace ')),
    );
    for (const [name, object] of made) expect(object, name).to.deep.equal(plain.get(name));
  });

  it('makes those of OpenShift and the Prometheus operator where it is told to', () => {
    const rules = ({ kind }: KubernetesObject) => kind !== 'PrometheusRule';
    const theirs = byName([
      ...objectsIn('deploy/openshift'),
      ...objectsIn('deploy/prometheus-operator').filter(rules),
    ]);
    const made = byName(rendered(...everything));
    for (const [name, object] of theirs) expect(made.get(name), name).to.deep.equal(object);
  });

  it('makes the PodMonitor instead of the ServiceMonitor, and never both', () => {
    const [plain] = objectsIn('deploy/prometheus-operator/pod-monitor');
    const made = byName(rendered(...set('podMonitor.enabled=true')));
    expect(made.get('PodMonitor ebs-nvme-collector')).to.deep.equal(comparable(plain));
    expect(template(...set('podMonitor.enabled=true', 'serviceMonitor.enabled=true')).stderr).to.include(
      'scrape everything twice',
    );
  });

  it('takes the port, the scheme and the socket from the configuration', () => {
    const objects = rendered(
      ...set(
        'config.exporters.prometheus.endpoint=[::]:9443',
        'config.exporters.prometheus.tls.cert_file=/tls/tls.crt',
        'config.service.privilege.reader_socket=/run/elsewhere/r.sock',
      ),
    );
    const daemonSet = daemonSetOf(objects);
    const collector = containerOf(daemonSet, 'collector');
    expect(collector.ports).to.deep.equal([{ name: 'metrics', containerPort: 9443, protocol: 'TCP' }]);
    expect(collector.livenessProbe?.httpGet).to.deep.equal({
      path: '/healthz',
      port: 'metrics',
      scheme: 'HTTPS',
    });
    expect(containerOf(daemonSet, 'reader').args.at(-1)).to.equal('/run/elsewhere/r.sock');
    for (const { volumeMounts } of daemonSet.spec.template.spec.containers) {
      expect(volumeMounts.find(({ name }) => name === 'reader-socket')?.mountPath).to.equal('/run/elsewhere');
    }
    const service = objects.find(({ kind }) => kind === 'Service');
    expect(service?.metadata.annotations).to.include({
      'prometheus.io/port': '9443',
      'prometheus.io/scheme': 'https',
    });
  });

  it('asks for no more than what is configured needs', () => {
    const objects = rendered(
      ...set('config.receivers.volume_usage=null', 'config.processors.kubernetes=null'),
    );
    expect(objects.map(({ kind }) => kind)).to.not.include('ClusterRole');
    const daemonSet = daemonSetOf(objects);
    const hostPaths = daemonSet.spec.template.spec.volumes.flatMap(({ hostPath }) => hostPath?.path ?? []);
    expect(hostPaths).to.deep.equal(['/dev']);
    expect(containerOf(daemonSet, 'collector').securityContext).to.include({
      runAsUser: 65532,
      runAsGroup: 65532,
    });
    expect(containerOf(daemonSet, 'reader').args).to.include('65532:65532');
  });

  it('lets it read claims where their labels are wanted', () => {
    const role = (...settings: readonly string[]) =>
      JSON.stringify(rendered(...settings).find(({ kind }) => kind === 'ClusterRole'));
    expect(role(...set('config.processors.kubernetes.pvc_labels={team}'))).to.include(
      '"persistentvolumeclaims"',
    );
    expect(role()).to.not.include('"persistentvolumeclaims"');
  });

  it('starts the pods anew where the configuration or the name of the cluster is another', () => {
    const checksum = (...settings: readonly string[]) =>
      daemonSetOf(rendered(...set(...settings))).spec.template.metadata.annotations?.['checksum/config'];
    expect(new Set([checksum(), checksum('clusterId=a'), checksum('clusterId=b')])).to.have.property(
      'size',
      3,
    );
    expect(checksum('config.receivers.nvme.min_interval=2s')).to.not.equal(checksum());
    expect(checksum('image.tag=another')).to.equal(checksum());
  });

  it('gives the files that the configuration names to the collector alone', () => {
    const daemonSet = daemonSetOf(
      rendered(
        ...set(
          'extraVolumes[0].name=certificate',
          'extraVolumes[0].secret.secretName=collector-tls',
          'extraVolumeMounts[0].name=certificate',
          'extraVolumeMounts[0].mountPath=/tls',
        ),
      ),
    );
    const mounted = (container: string) =>
      containerOf(daemonSet, container).volumeMounts.map(({ name }) => name);
    expect(mounted('collector')).to.include('certificate');
    expect(mounted('reader')).to.not.include('certificate');
    expect(daemonSet.spec.template.spec.volumes.at(-1)).to.deep.equal({
      name: 'certificate',
      secret: { secretName: 'collector-tls' },
    });
  });

  it('asks a collector that wants certificates of its clients no more than whether it listens', () => {
    const tls = 'config.exporters.prometheus.tls';
    const { startupProbe, livenessProbe, readinessProbe } = containerOf(
      daemonSetOf(rendered(...set(`${tls}.cert_file=/tls/tls.crt`, `${tls}.client_ca_file=/tls/ca.crt`))),
      'collector',
    );
    for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
      expect(probe).to.deep.include({ tcpSocket: { port: 'metrics' } });
      expect(probe).to.not.have.property('httpGet');
    }
  });

  it('takes names for what they are, numbers or not', () => {
    const { stdout } = template('--set-string', 'secretName=123', '--set-string', 'priorityClassName=true');
    const { spec } = daemonSetOf(objectsOf(stdout)).spec.template;
    expect(spec).to.have.property('priorityClassName', 'true');
    expect(JSON.stringify(spec)).to.include('"secretRef":{"name":"123"');
  });

  it('takes half a core as a number', () => {
    const { code, stderr } = template('--set-json', 'resources.collector.requests.cpu=0.5');
    expect(stderr).to.equal('');
    expect(code).to.equal(0);
  });

  it('merges the configuration with what is given', () => {
    const text = configurationOf(
      rendered(...set('config.exporters.otlphttp.endpoint=https://otlp.example.com')),
    );
    expect(load(text)).to.have.nested.property('exporters.otlphttp.endpoint', 'https://otlp.example.com');
    expect(load(text)).to.have.nested.property('exporters.prometheus.endpoint', '0.0.0.0:8090');
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['imagee.tag=1', /'imagee' not allowed/],
    ['image.tga=1', /'tga' not allowed/],
    ['image.repository=registry.example.com/collector:1', /repository/],
    ['resources.collector.limits.memory=lots', /memory/],
    ['config.exporters.prometheus.endpoint=0.0.0.0:0', /endpoint/],
    ['config.service.privilege.reader_socket=reader.sock', /reader_socket/],
    ['config.service.privilege.reader_socket=null', /reader_socket/],
    ['config.exporters.prometheus=null', /prometheus/],
    ['serviceMonitor.interval=often', /interval/],
    ['kubeletPath=/var/lib/kubelet/', /kubeletPath/],
    ['kubeletPath=/var/lib\\,kubelet', /kubeletPath/],
    ['maxUnavailable=some', /maxUnavailable/],
    ['maxUnavailable=0%', /maxUnavailable/],
    ['maxUnavailable=150%', /maxUnavailable/],
    ['config.exporters.prometheus.endpoint=127.0.0.1:8090', /endpoint/],
    ['podLabels.app\\.kubernetes\\.io/name=mine', /invalid propertyName/],
    ['serviceMonitor.labels.app\\.kubernetes\\.io/instance=mine', /invalid propertyName/],
    ['service.annotations.prometheus\\.io/port=1', /annotations/],
  ];
  for (const [setting, message] of wrong) {
    it(`refuses ${setting}`, () => {
      const { code, stderr } = template(...set(setting));
      expect(stderr).to.match(message);
      expect(code).to.not.equal(0);
    });
  }
});
