import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ruleFile } from '../../deploy/alerts/files.ts';
import { groups } from '../../deploy/alerts/groups.ts';
import { isAlert } from '../../deploy/alerts/rule.ts';
import { startCollector, type Collector } from '../fixtures/collector.ts';
import { eventuallyHolds } from '../fixtures/eventually.ts';
import { runPrometheus, type PrometheusServer } from '../fixtures/prometheus-server.ts';

/** The rules as Prometheus loads them, on what the built program says. */

/** Every second, and not every minute. */
const hasty = (rules: string): string => rules.replaceAll(/^ {2}- name: .*$/gm, '$&\n    interval: 1s');

describe('the rules, in a real Prometheus that scrapes a collector', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'ebs-nvme-collector-alerts-'));
  const file = join(folder, 'rules.yaml');
  let collector: Collector;
  let prometheus: PrometheusServer;

  before(async () => {
    writeFileSync(file, hasty(ruleFile.text));
    collector = await startCollector(['--simulate', '7', '--set', 'receivers.nvme.min_interval=500ms'], {
      OTEL_RESOURCE_ATTRIBUTES: 'k8s.cluster.name=production,k8s.node.name=node-7',
    });
    prometheus = await runPrometheus(`scrape_configs:
  - { job_name: ebs-nvme-collector, static_configs: [{ targets: ["${new URL(collector.url).host}", "127.0.0.1:9"] }] }
rule_files: ["${file}"]
`);
    await prometheus.eventually('up == 1', (samples) => samples.length === 1);
    await prometheus.scrapes(4);
  });
  after(async () => {
    await prometheus?.stop();
    await collector?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const rule of groups.flatMap(({ rules }) => rules)) {
    it(`can be evaluated: ${isAlert(rule) ? rule.alert : rule.record}`, () => prometheus.query(rule.expr));
  }

  it('record something of every volume, and of the collector', async () => {
    const recorded = groups
      .flatMap(({ rules }) => rules)
      .flatMap((rule) => (isAlert(rule) || /pv_disk|kubelet/.test(rule.expr) ? [] : rule.record));
    expect(recorded).to.have.length.greaterThan(10);
    for (const name of recorded) await prometheus.eventually(name, (samples) => samples.length > 0);
    // A collector that was scraped late is nothing for a second.
    await eventuallyHolds(async () => {
      const [info] = await prometheus.query('collector:ebs_collector:info');
      expect(info?.labels).to.include({ cluster_id: 'production', node: 'node-7' });
      const volumes = await prometheus.query('volume:ebs_read_ops:rate10m');
      expect(volumes.map(({ labels }) => labels['volume_id'])).to.include('vol-simulated00000001');
      for (const { labels } of volumes) expect(labels).not.to.have.any.keys('instance', 'job');
    });
  });

  it('are pending for what is wrong, with the labels that their texts need', () =>
    eventuallyHolds(async () => {
      const pending = await prometheus.query('ALERTS{alertname="EBSCollectorDown", alertstate="pending"}');
      expect(pending.map(({ labels }) => labels['instance'])).to.deep.equal(['127.0.0.1:9']);
      expect(
        await prometheus.query('ALERTS{alertname=~"EBSCollectorAbsent|EBSVolume(Hung|Unreadable)"}'),
      ).to.deep.equal([]);
    }));
});
