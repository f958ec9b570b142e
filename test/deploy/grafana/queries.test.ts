import { expect } from 'chai';
import { collector } from '../../../deploy/grafana/collector/dashboard.ts';
import { dashboards } from '../../../deploy/grafana/dashboards.ts';
import { fleet } from '../../../deploy/grafana/fleet/dashboard.ts';
import type { DashboardJson } from '../../../deploy/grafana/model/json.ts';
import { volume } from '../../../deploy/grafana/volume/dashboard.ts';
import { eventually, eventuallyHolds } from '../../fixtures/eventually.ts';
import { type Cluster, instanceStoreSerial, startCluster, volumeId } from './cluster.ts';
import { type Choices, fill, interpolate, queriesOf, type Values } from './interpolate.ts';

/** Panels without a number in any of the steps of the last minute, by title; a query that fails throws. */
async function emptyPanels(cluster: Cluster, dashboard: DashboardJson, values: Values): Promise<string[]> {
  const empty: string[] = [];
  for (const { panel, expr } of queriesOf(dashboard)) {
    const series = await cluster.prometheus.stored(`(${interpolate(expr, values)})[1m:1s]`);
    const hasNumber = series.some(({ samples }) => samples.some(({ value }) => Number.isFinite(value)));
    if (!hasNumber) empty.push(`${panel}: ${expr}`);
  }
  return empty;
}

describe('the queries of the dashboards, asked of a Prometheus that scrapes collectors', function () {
  this.timeout(240_000);
  let cluster: Cluster;

  /** The simulation throttles a database every 75 s: the first time has passed where Prometheus was late to begin. */
  const twoPeriodsMs = 150_000;

  before(async () => {
    cluster = await startCluster();
    // For rates over 15 s.
    await cluster.prometheus.scrapes(10);
    await cluster.prometheus.eventually(
      `count(increase(ebs_volume_performance_exceeded_iops_total{volume_id="${volumeId}", device=~"nvme.*"}[5m]) > 4e6)`,
      ([nodes]) => (nodes?.value ?? 0) >= 2,
      twoPeriodsMs,
    );
  });
  after(() => cluster?.stop());

  const valuesOf = async (dashboard: DashboardJson, choices: Choices): Promise<Values> =>
    (await fill(dashboard, choices, cluster.prometheus)).values;

  const expectData = async (dashboard: DashboardJson, choices: Choices): Promise<void> => {
    const values = await valuesOf(dashboard, choices);
    await eventually(
      `${dashboard.title} without empty panels`,
      () => emptyPanels(cluster, dashboard, values),
      (empty) => empty.length === 0,
    );
  };

  const now = async (expr: string, dashboard: DashboardJson, choices: Choices) =>
    cluster.prometheus.query(interpolate(expr, await valuesOf(dashboard, choices)));

  const queryOf = (dashboard: DashboardJson, panel: string): string =>
    queriesOf(dashboard).find((each) => each.panel === panel)?.expr ?? '';

  const owned: Choices = {
    cluster: 'production',
    node: 'ip-10-0-0-7.ec2.internal',
    namespace: 'shop',
    claim: [volumeId, 'another'],
    volume: volumeId,
  };

  it('EBS / Fleet: all return data of everything', () => expectData(fleet, {}));
  it('EBS / Collector: all return data of everything', () => expectData(collector, {}));
  it('EBS / Volume: all return data of a volume that is attached twice', () =>
    expectData(volume, { volume: volumeId }));

  it('EBS / Fleet: all return data of one claim', () => expectData(fleet, owned));
  it('EBS / Volume: all return data of a volume with an owner', () => expectData(volume, owned));
  it('EBS / Volume: all return data of a volume without cluster and owner', () =>
    expectData(volume, { node: 'host-b', volume: volumeId }));
  it('EBS / Collector: all return data of several nodes', () =>
    expectData(collector, { cluster: 'production', node: ['ip-10-0-0-7.ec2.internal', 'node-c'] }));

  it('name only metrics that are there', async () => {
    const notNames = /\{[^}]*\}|\b(?:by|on|group_left) \([^)]*\)|"[^"]*"/g;
    const exprs = dashboards.flatMap(queriesOf).map(({ expr }) => expr.replace(notNames, ''));
    const names = new Set(exprs.flatMap((expr) => expr.match(/\b[a-z]+_[a-z0-9_]{4,}\b(?! ?\()/g) ?? []));
    expect(names.size).to.be.greaterThan(50);
    const missing: string[] = [];
    for (const name of names) {
      const series = await cluster.prometheus.query(`count(last_over_time({__name__="${name}"}[5m]))`);
      if (series.length === 0) missing.push(name);
    }
    expect(missing).to.deep.equal([]);
  });

  it('EBS / Volume: shows of an instance-store drive all but what only EBS volumes have', () =>
    eventuallyHolds(async () => {
      const values = await valuesOf(volume, {
        node: 'ip-10-0-0-7.ec2.internal',
        volume: instanceStoreSerial,
      });
      const empty = await emptyPanels(cluster, volume, values);
      const panels = new Set(empty.map((each) => each.split(':')[0]));
      expect([...panels]).to.have.members(['Used', 'For how much of the time', 'Bytes', 'In use', 'Full in']);
    }));

  it('All takes in volumes without a cluster and a claim, and a choice leaves them out', () =>
    eventuallyHolds(async () => {
      const count = queryOf(fleet, 'EBS volumes');
      const counted = async (choices: Choices) => `(${interpolate(count, await valuesOf(fleet, choices))})`;
      const [all, production, shop, hostB] = await Promise.all(
        [{}, { cluster: 'production' }, { namespace: 'shop' }, { node: 'host-b' }].map(counted),
      );
      // In one query: a simulated volume comes and goes.
      const [difference] = await cluster.prometheus.query(`${all} - ${production} - ${hostB}`);
      expect(difference?.value).to.equal(0);
      const [sameVolumes] = await cluster.prometheus.query(`${production} - ${shop}`);
      expect(sameVolumes?.value).to.equal(0);
      const [ofHost] = await cluster.prometheus.query(hostB ?? '');
      expect(ofHost?.value).to.be.greaterThan(0);
    }));

  it('variables offer what those before them leave', () =>
    eventuallyHolds(async () => {
      const { offered: all } = await fill(fleet, {}, cluster.prometheus);
      expect(all.get('cluster')).to.deep.equal(['production']);
      expect(all.get('node')).to.deep.equal(['host-b', 'ip-10-0-0-7.ec2.internal']);
      expect(all.get('namespace')).to.deep.equal(['shop']);
      const { offered: ofHost } = await fill(fleet, { node: 'host-b' }, cluster.prometheus);
      expect(ofHost.get('namespace')).to.deep.equal([]);
      expect(ofHost.get('claim')).to.deep.equal([]);
      expect(ofHost.get('volume')).to.include(volumeId);
      const { offered: ofCollector } = await fill(collector, {}, cluster.prometheus);
      expect(ofCollector.get('cluster')).to.deep.equal(['production']);
      expect(ofCollector.get('node')).to.deep.equal(['host-b', 'ip-10-0-0-7.ec2.internal', 'node-c']);
      const { offered: ofVolume } = await fill(volume, owned, cluster.prometheus);
      expect(ofVolume.get('host')).to.deep.equal(['host-b', 'ip-10-0-0-7.ec2.internal']);
    }));

  it('say who throttles in the code of the limit that is exceeded most', () =>
    eventuallyHolds(async () => {
      const answer = queryOf(volume, 'Who throttles it');
      const said = async (of: string) =>
        (await now(answer, volume, { node: 'ip-10-0-0-7.ec2.internal', volume: of }))[0]?.value;
      const shares = async (of: string) =>
        Promise.all(
          queriesOf(volume)
            .filter(({ panel }) => panel === 'For how much of the time')
            .map(async ({ expr }) => {
              const lately = expr.replaceAll('$__rate_interval', '5m');
              return (
                (await now(lately, volume, { node: 'ip-10-0-0-7.ec2.internal', volume: of }))[0]?.value ?? 0
              );
            }),
        );
      // A database at its IOPS, a log at its throughput, an idle disk, a scan at the instance's throughput.
      for (const number of [1, 2, 5, 6]) {
        const of = `vol-simulated0000000${number}`;
        const exceeded = await shares(of);
        const most = Math.max(...exceeded);
        expect(await said(of), of).to.equal(most < 0.01 ? 0 : exceeded.indexOf(most) + 1);
      }
      expect(await said('vol-simulated00000001')).to.equal(1);
      expect(await said('vol-simulated00000005')).to.equal(0);
    }));

  it('counts the volumes that are throttled', async () => {
    // Of five minutes little more than one has happened here.
    const isSaid = async (panel: string, atLeast: number) => {
      const expr = queryOf(fleet, panel).replaceAll('[5m]', '[30s]');
      const query = `max_over_time((${interpolate(expr, await valuesOf(fleet, {}))})[5m:1s])`;
      await cluster.prometheus.eventually(query, ([most]) => (most?.value ?? 0) >= atLeast, twoPeriodsMs);
    };
    // On each of the two machines: the database and the log; the scan.
    await Promise.all([isSaid('Throttled by their own limit', 4), isSaid('Throttled by their instance', 2)]);
  });

  it('counts a target that is down', () =>
    eventuallyHolds(async () => {
      const [down] = await now(queryOf(collector, 'Collectors down'), collector, {});
      expect(down?.value).to.equal(1);
    }));

  it("leaves the kubelet's own usage out", () =>
    eventuallyHolds(async () => {
      const found = await now(queryOf(fleet, 'Fewest inodes left'), fleet, {});
      expect(found.map(({ labels }) => labels['persistentvolumeclaim'])).to.have.members([
        volumeId,
        undefined,
      ]);
    }));
});
