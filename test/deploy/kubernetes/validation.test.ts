import { basename } from 'node:path';
import { expect } from 'chai';
import {
  buildTimeoutMs,
  manifestsIn,
  nameOf,
  objectsIn,
  objectsOf,
  prepareTools,
  run,
  template,
  textOf,
} from './manifests.ts';

/** What applies by itself: `kubectl apply -f FOLDER`. */
const folders = [
  'deploy',
  'deploy/openshift',
  'deploy/prometheus-operator',
  'deploy/prometheus-operator/pod-monitor',
  'deploy/opentelemetry-collector/node-agent',
  'deploy/opentelemetry-collector/gateway',
  'deploy/opentelemetry-collector/grafana-cloud',
  'deploy/opentelemetry-collector/datadog',
  'deploy/opentelemetry-collector/amazon-managed-prometheus',
  'deploy/opentelemetry-collector/scraper',
];
const files = folders.flatMap(manifestsIn);
/** What every cluster has, whatever is installed. */
const builtIn = /^(?:v1|apps\/v1|rbac\.authorization\.k8s\.io\/v1)$/;

describe('a manifest', function () {
  this.timeout(60_000);

  before(function () {
    this.timeout(buildTimeoutMs);
    prepareTools();
  });

  for (const path of files) {
    it(`is right to the last field: ${path}`, () => {
      const { code, stdout, stderr } = run('validate', [path]);
      expect(stderr).to.equal('');
      expect(code).to.equal(0);
      expect(stdout.trim().split('\n')).to.have.length(1);
    });

    it(`is named after what is in it: ${path}`, () => {
      const [object] = objectsOf(textOf(path));
      expect(basename(path)).to.match(/^\d\d_[a-z0-9-]+\.[A-Za-z]+\.yaml$/);
      expect(basename(path).slice(3)).to.equal(`${object?.metadata.name}.${object?.kind}.yaml`);
    });
  }

  const daemonSet = textOf('deploy/30_ebs-nvme-collector.DaemonSet.yaml');
  const mistakes: readonly (readonly [string, string, RegExp])[] = [
    [
      'a field that is misspelt',
      daemonSet.replace('readinessProbe:', 'readynessProbe:'),
      /unknown field .*readynessProbe/,
    ],
    [
      'a field at the wrong depth',
      daemonSet.replace('spec:\n', 'hostNetwork: false\nspec:\n'),
      /unknown field "hostNetwork"/,
    ],
    [
      'a key that is there twice',
      daemonSet.replace('kind:', 'kind: DaemonSet\nkind:'),
      /already (?:set|defined)/,
    ],
    ['a text for a number', daemonSet.replace('containerPort: 8090', 'containerPort: many'), /containerPort/],
    [
      'a kind that is not known',
      'apiVersion: apps/v1\nkind: DemonSet\nmetadata: { name: x }\n',
      /no kind "DemonSet"/,
    ],
    ['an object without a name', 'apiVersion: v1\nkind: Service\nmetadata: {}\n', /no name/],
  ];
  for (const [what, text, message] of mistakes) {
    it(`would not pass with ${what}`, () => {
      const { code, stderr } = run('validate', ['-'], text);
      expect(stderr).to.match(message);
      expect(code).to.equal(1);
    });
  }

  it('right under deploy/ needs nothing that a plain cluster does not have', () => {
    const foreign = objectsIn('deploy').filter(({ apiVersion }) => !builtIn.test(apiVersion));
    expect(foreign.map(nameOf)).to.deep.equal([]);
  });

  it('comes after what it refers to', () => {
    const kinds = objectsIn('deploy').map(({ kind }) => kind);
    for (const [first, then] of [
      ['Namespace', 'ServiceAccount'],
      ['ClusterRole', 'ClusterRoleBinding'],
      ['ConfigMap', 'DaemonSet'],
      ['ServiceAccount', 'DaemonSet'],
    ]) {
      expect(kinds.indexOf(first ?? ''), `${first} and ${then}`).to.be.lessThan(kinds.indexOf(then ?? ''));
    }
  });

  it('of OpenShift only adds to the namespace', () => {
    const [plain] = objectsIn('deploy');
    const [theirs] = objectsIn('deploy/openshift');
    expect(theirs?.metadata.labels).to.include(plain?.metadata.labels);
    expect(theirs?.metadata.name).to.equal(plain?.metadata.name);
  });

  it('has one monitor beside it at most, or everything would be scraped twice', () => {
    for (const folder of folders) {
      const monitors = objectsIn(folder).filter(({ kind }) => /^(?:Service|Pod)Monitor$/.test(kind));
      expect(monitors.length, folder).to.be.lessThan(2);
    }
  });

  it('that the chart makes is right to the last field, whatever is switched on', () => {
    const everything = [
      'openshift.enabled=true',
      'namespace.create=true',
      'clusterId=prod',
      'config.processors.kubernetes.pvc_labels={team}',
      'config.exporters.prometheus.tls.cert_file=/tls/tls.crt',
      'seLinuxOptions.type=spc_t',
      'image.pullSecrets[0].name=registry',
      'podLabels.team=storage',
      'podAnnotations.owner=storage',
      'serviceAccount.annotations.role=arn',
    ];
    for (const settings of [
      [],
      everything,
      [...everything, 'serviceMonitor.enabled=true'],
      ['podMonitor.enabled=true'],
    ]) {
      const chart = template(...settings.flatMap((setting) => ['--set', setting]));
      expect(chart.stderr).to.equal('');
      const { code, stderr } = run('validate', ['-'], chart.stdout);
      expect(stderr, settings.join(' ')).to.equal('');
      expect(code).to.equal(0);
    }
  });
});
