/** A statement about an alert, to be judged by promtool. */

/** Values by series, one a minute, in promtool's notation: `1x5` is six ones, `0+2x5` counts, `_` is a missing scrape. */
export type InputSeries = Readonly<Record<string, string>>;

export interface Expected {
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
}

interface Statement {
  readonly alert: string;
  /** What follows "fires" or "does not fire". */
  readonly says: string;
  readonly series: InputSeries;
}

export interface Fires extends Statement {
  /** Minutes at which it must not have fired yet, and must. */
  readonly notAtMinutes: readonly number[];
  readonly atMinute: number;
  readonly expected: readonly Expected[];
}

/** At no minute until then. */
export interface DoesNotFire extends Statement {
  readonly untilMinute: number;
}

export type AlertCase = Fires | DoesNotFire;

export const isFires = (each: AlertCase): each is Fires => 'expected' in each;

const selector = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');

/** A volume of a claim, as alerts know it. */
export const claimed = {
  cluster_id: 'prod',
  node: 'a',
  device: 'nvme1n1',
  volume_id: 'vol-1',
  namespace: 'shop',
  persistentvolumeclaim: 'data-db-0',
  persistentvolume: 'pvc-1',
  pod: 'db-0',
};
export const claimedText = 'claim shop/data-db-0, pod db-0, volume vol-1, node a, cluster prod';

/** One that nobody knows the owner of, on a machine outside Kubernetes. */
export const bare = { node: 'b', device: 'nvme2n1', volume_id: 'vol-2' };
export const bareText = 'volume vol-2, node b';

/** The same as part of a selector, with who scraped it. */
export const claimedSeries = selector({ ...claimed, job: 'ebs', instance: '10.0.0.1:8090' });
export const bareSeries = selector({ ...bare, job: 'ebs', instance: '10.0.0.2:8090' });

/** What a collector has on itself: only the target's labels. */
export const targetA = selector({ job: 'ebs', instance: '10.0.0.1:8090' });
export const collectorA: InputSeries = {
  [`target_info{${targetA},k8s_cluster_name="prod",k8s_node_name="a",host_name="ip-10-0-0-1"}`]: '1x400',
  [`ebs_collector_collections_total{${targetA}}`]: '0+2x400',
};
export const nodeA = { cluster_id: 'prod', node: 'a' };
export const nodeAText = 'node a, cluster prod';
