import { expect } from 'chai';
import { assemble, type Assembly } from '../../pipeline/assembly.ts';
import { createService } from '../../pipeline/service.ts';
import { createOwnMetrics } from '../../pipeline/telemetry/own-metrics.ts';
import { mountFileSystem } from '../fixtures/file-system-mount/mount.ts';
import { fetchText } from '../fixtures/http.ts';
import { createKubelet, testPod, type Kubelet } from '../fixtures/kubelet.ts';
import { configure, dependencies } from './configured.ts';

/** Processors that have a life of their own. */

const volume = { persistentVolume: 'pvc-1', handle: 'vol-0123456789abcdef0' };
const usage = { blockBytes: 4096, blocks: 1000, free: 400, available: 400, inodes: 64, freeInodes: 60 };

describe('processors', () => {
  let kubelet: Kubelet;
  const assemblies: Assembly[] = [];
  beforeEach(() => {
    kubelet = createKubelet();
    kubelet.addPod(testPod(1));
    kubelet.publish(testPod(1), volume);
  });
  afterEach(async () => {
    for (const { receivers, processors } of assemblies.splice(0)) {
      for (const part of [...receivers.values(), ...processors.values()]) await part.shutdown?.();
    }
    kubelet.remove();
  });

  const configuration = (claimUid = false) => `receivers:
  nvme: {simulate: 1}
  volume_usage: {kubelet_path: ${kubelet.path}, min_interval: 0s}
processors:
  kubernetes:
    kubelet_path: ${kubelet.path}
    pod_logs_path: ${kubelet.podLogsPath}
    claim_uid: ${claimUid}
exporters:
  prometheus: {endpoint: "127.0.0.1:0"}
  prometheus/other: {endpoint: "127.0.0.1:0"}
service:
  pipelines:
    metrics: {receivers: [nvme, volume_usage], processors: [kubernetes], exporters: [prometheus]}
    metrics/other: {receivers: [nvme], processors: [kubernetes], exporters: [prometheus/other]}`;
  const make = async (text: string, before?: Assembly) => {
    const assembly = await assemble(await configure(text), dependencies(), before);
    assemblies.push(assembly);
    return assembly;
  };

  it('are made once for all pipelines, and kept where they are configured as before', async () => {
    const first = await make(configuration());
    expect([...first.processors.keys()]).to.deep.equal(['kubernetes']);
    const same = await make(configuration(), first);
    expect(same.processors.get('kubernetes')).to.equal(first.processors.get('kubernetes'));
    const other = await make(configuration(true), first);
    expect(other.processors.get('kubernetes')).not.to.equal(first.processors.get('kubernetes'));
  });

  it('say on the page who owns a volume that is getting full, and end when they are told to', async () => {
    const mount = await mountFileSystem(kubelet.mountPath(testPod(1), volume), usage);
    const own = createOwnMetrics('0.0.0-test');
    const on = dependencies({ own });
    const service = createService(on);
    try {
      await service.start(await configure(configuration()));
      await service.reload(await configure(configuration(true)));
      const address = on.log.findLast(
        ({ msg, component }) => msg === 'listening' && component === 'prometheus',
      )?.['address'];
      const { body } = await fetchText(`http://${String(address)}/metrics`);
      expect(body).to.include(
        'ebs_volume_available_bytes{device="nvme9n1",volume_id="vol-0123456789abcdef0",namespace="shop",persistentvolume="pvc-1",pod="db-1"} 1638400\n',
      );
      // Of the processor that went, nothing is said any more.
      expect(body.match(/^ebs_collector_owners\{/gm)).to.have.length(2);
    } finally {
      await service.shutdown(0);
      await mount.unmount();
    }
  });
});
