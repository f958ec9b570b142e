import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { componentSchemas } from '../../../pipeline/components.ts';
import { loadConfig } from '../../../pipeline/config/load.ts';
import { readerProgram } from '../../../receiver/nvme/reader-process.ts';
import { runCommand, startCollector } from '../../fixtures/collector.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { fetchText } from '../../fixtures/http.ts';
import { configurationOf, containerOf, daemonSetOf } from './daemon-set.ts';
import { objectsIn, textOf } from './manifests.ts';

const objects = objectsIn('deploy');
const daemonSet = daemonSetOf(objects);
const { spec: pod, metadata: podMetadata } = daemonSet.spec.template;
const reader = containerOf(daemonSet, 'reader');
const collector = containerOf(daemonSet, 'collector');
const service = objects.find(({ kind }) => kind === 'Service');
const socket = '/run/ebs-nvme-reader/reader.sock';
const pathOf = (name: string): string | undefined =>
  pod.volumes.find((volume) => volume.name === name)?.hostPath?.path;

describe('the DaemonSet', function () {
  this.timeout(60_000);
  let folder: string;
  let configuration: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'deploy-'));
    configuration = join(folder, 'collector.yaml');
    writeFileSync(configuration, configurationOf(objects));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has one container with privilege, and it has no port, no key, no token and no configuration', () => {
    const privileged = pod.containers.filter(({ securityContext }) => securityContext['privileged'] === true);
    expect(privileged).to.deep.equal([reader]);
    expect(reader).to.not.have.any.keys('ports', 'env', 'envFrom');
    expect(reader.volumeMounts).to.deep.equal([
      { name: 'dev', mountPath: '/host/dev', readOnly: true },
      { name: 'reader-socket', mountPath: dirname(socket) },
    ]);
    expect(pod['automountServiceAccountToken']).to.equal(false);
  });

  it('has one container that listens, and it can change nothing and has no device', () => {
    expect(collector.securityContext).to.deep.equal({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 0,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(collector.volumeMounts.filter(({ readOnly }) => readOnly !== true)).to.deep.equal([]);
    const mounted = collector.volumeMounts.flatMap(({ name }) => pathOf(name) ?? []);
    expect(mounted).to.deep.equal([
      '/var/lib/kubelet/pods',
      '/var/lib/kubelet/plugins/kubernetes.io/csi/volumeDevices',
      '/var/log/pods',
    ]);
  });

  it('shares nothing of the host but files', () => {
    expect(pod).to.not.have.any.keys('hostNetwork', 'hostPID', 'hostIPC');
    expect(reader.securityContext['readOnlyRootFilesystem']).to.equal(true);
  });

  it('mounts every volume, and no other', () => {
    const mounted = new Set(
      pod.containers.flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name)),
    );
    expect(pod.volumes.map(({ name }) => name)).to.have.members([...mounted]);
  });

  it('has the configuration that it mounts, and that is right', async () => {
    const { code, stderr } = await runCommand(['validate', '--config', configuration]);
    expect(stderr).to.equal('');
    expect(code).to.equal(0);
    expect(collector.args).to.deep.equal(['run', '--config', '/etc/ebs-nvme-collector/collector.yaml']);
  });

  it('has its paths and its port from where the code looks for them', async () => {
    const loaded = await loadConfig({
      file: configuration,
      sets: [],
      simulate: undefined,
      env: {},
      schemas: componentSchemas,
      isTerminal: false,
    });
    if (!loaded.ok) throw new Error('the configuration is wrong');
    const { receivers, processors, exporters, service: settings } = loaded.config;
    expect(settings.privilege.reader_socket).to.equal(socket);
    expect(reader.args.at(-1)).to.equal(socket);
    expect(collector.volumeMounts).to.deep.include({
      name: 'reader-socket',
      mountPath: dirname(socket),
      readOnly: true,
    });

    const usage = receivers.get('volume_usage');
    const owners = processors.get('kubernetes');
    if (usage?.type !== 'volume_usage' || owners?.type !== 'kubernetes')
      throw new Error('a component is missing');
    expect(owners.config.kubelet_path).to.equal(usage.config.kubelet_path);
    const mounts = new Map(collector.volumeMounts.map((mount) => [mount.mountPath, mount]));
    for (const path of [
      `${usage.config.kubelet_path}/pods`,
      `${usage.config.kubelet_path}/plugins/kubernetes.io/csi/volumeDevices`,
      owners.config.pod_logs_path,
    ]) {
      expect(pathOf(mounts.get(path)?.name ?? ''), path).to.equal(path);
    }
    expect(mounts.get(`${usage.config.kubelet_path}/pods`)?.mountPropagation).to.equal('HostToContainer');

    const prometheus = exporters.get('prometheus');
    if (prometheus?.type !== 'prometheus') throw new Error('there is no exporter prometheus');
    const { port } = prometheus.config.endpoint;
    expect(collector.ports).to.deep.equal([{ name: 'metrics', containerPort: port, protocol: 'TCP' }]);
    expect(service?.['spec']).to.deep.include({
      clusterIP: 'None',
      ports: [{ name: 'metrics', port, targetPort: 'metrics', protocol: 'TCP' }],
    });
    expect(service?.metadata.annotations).to.include({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': String(port),
    });
  });

  it('is probed and scraped at paths that answer, with its configuration', async () => {
    const free = [
      '--set',
      'exporters.prometheus.endpoint=127.0.0.1:0',
      '--set',
      'processors.kubernetes.api.enabled=false',
    ];
    const running = await startCollector(['--config', configuration, '--simulate', '2', ...free], {
      NODE_NAME: 'node-7',
    });
    try {
      const probes = [collector.startupProbe, collector.livenessProbe, collector.readinessProbe];
      for (const probe of probes) {
        const { path, port } = probe?.httpGet ?? {};
        expect(port).to.equal('metrics');
        await eventually(
          `${path}`,
          async () => (await fetchText(`${running.url}${path}`)).status,
          (status) => status === 200,
        );
      }
      const path = service?.metadata.annotations?.['prometheus.io/path'];
      expect((await fetchText(`${running.url}${path}`)).body).to.match(/^ebs_volume_up\{.*node="node-7"/m);
    } finally {
      await running.stop();
    }
  });

  it('starts the reader as the reader can be started, for the user that the collector is', async () => {
    const dockerfile = textOf('Dockerfile');
    const place = /^WORKDIR (\/opt\/\S+)$/m.exec(dockerfile)?.[1];
    expect(reader.command).to.deep.equal([`${place}/build/Release/ebs-nvme-reader`]);
    expect(dockerfile).to.match(/^COPY .*build\/Release\/ebs-nvme-reader build\/Release\/$/m);

    const here = join(folder, 'reader.sock');
    const args = reader.args.map(
      (argument) => ({ [socket]: here, '/host/dev': folder })[argument] ?? argument,
    );
    const listening = spawn(readerProgram(), args, { stdio: 'ignore' });
    const ended = once(listening, 'exit');
    try {
      const { runAsUser, runAsGroup } = collector.securityContext;
      // It is there a moment before it has its owner.
      await eventually(
        'the owner of the socket',
        () => (existsSync(here) ? statSync(here) : { uid: undefined, gid: undefined }),
        ({ uid, gid }) => uid === runAsUser && gid === runAsGroup,
      );
    } finally {
      listening.kill('SIGTERM');
    }
    expect(await ended).to.deep.equal([0, null]);
  });

  it('runs the version that is in this tree', () => {
    const { version } = JSON.parse(textOf('package.json')) as { version: string };
    for (const { image } of pod.containers) expect(image).to.equal(`ebs-nvme-collector:${version}`);
  });

  it('is on every Linux node, stays there, and is replaced a few at a time', () => {
    expect(pod['tolerations']).to.deep.equal([{ operator: 'Exists' }]);
    expect(pod['priorityClassName']).to.equal('system-node-critical');
    expect(daemonSet.spec.updateStrategy).to.deep.equal({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: '10%' },
    });
  });

  it('is what the Service and the monitors select', () => {
    const { matchLabels } = daemonSet.spec.selector;
    expect(podMetadata.labels).to.include(matchLabels);
    expect(service?.['spec']).to.deep.include({ selector: matchLabels });
    for (const part of ['deploy/prometheus-operator', 'deploy/prometheus-operator/pod-monitor']) {
      const monitor = objectsIn(part).find(({ kind }) => kind.endsWith('Monitor'));
      expect(monitor?.['spec'], part).to.deep.include({ selector: { matchLabels } });
    }
  });
});

describe('the permissions', () => {
  it('are to get two kinds of objects by name', () => {
    const role = objects.find(({ kind }) => kind === 'ClusterRole');
    expect(role?.['rules']).to.deep.equal([
      { apiGroups: [''], resources: ['persistentvolumes', 'nodes'], verbs: ['get'] },
    ]);
  });

  it('are bound to the DaemonSet’s own account', () => {
    const account = objects.find(({ kind }) => kind === 'ServiceAccount');
    const { name, namespace } = account?.metadata ?? {};
    const binding = objects.find(({ kind }) => kind === 'ClusterRoleBinding');
    expect(binding?.['subjects']).to.deep.equal([{ kind: 'ServiceAccount', name, namespace }]);
    expect(pod['serviceAccountName']).to.equal(name);
    const constraints = objectsIn('deploy/openshift').find(
      ({ kind }) => kind === 'SecurityContextConstraints',
    );
    expect(constraints?.['users']).to.deep.equal([`system:serviceaccount:${namespace}:${name}`]);
  });

  it('of OpenShift are for what the DaemonSet has, and no more', () => {
    const constraints = objectsIn('deploy/openshift').find(
      ({ kind }) => kind === 'SecurityContextConstraints',
    );
    const kinds = pod.volumes.map(({ name, ...source }) => Object.keys(source)[0] ?? name);
    expect(constraints?.['volumes']).to.have.members([...new Set(kinds)]);
    expect(constraints).to.include({
      allowHostNetwork: false,
      allowHostPID: false,
      allowHostIPC: false,
      allowHostPorts: false,
      readOnlyRootFilesystem: true,
    });
  });
});
