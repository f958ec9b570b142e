/** The labels that alerts keep, and how their texts name what they are about. */

/**
 * What a volume is told by, and whose it is. All else goes: `instance` and `job` change when the collector's pod is made
 * anew, and an alert must outlive that; two jobs that scrape the same collector must not make two alerts.
 */
export const volume =
  'cluster_id, node, device, volume_id, namespace, persistentvolumeclaim, persistentvolume, pod, simulated';

/** The collector on a node; its pods come and go. */
export const collector = 'cluster_id, node';

/**
 * Gives series of the collector on itself, which have only `job` and `instance`, the labels of `collector`. The right side
 * is one series a target, whatever happens to `target_info`.
 */
export const byNode = (series: string): string =>
  `${series} * on (job, instance) group_left (${collector}) collector:ebs_collector:info`;

const cluster = '{{ with $labels.cluster_id }}, cluster {{ . }}{{ end }}';

/** "claim shop/data-db-0, pod db-0, volume vol-1, node a, cluster prod", and less where less is known. */
export const whichVolume = [
  '{{ with $labels.persistentvolumeclaim }}claim {{ $labels.namespace }}/{{ . }}, {{ end }}',
  '{{ with $labels.pod }}pod {{ . }}, {{ end }}',
  'volume {{ or $labels.volume_id $labels.persistentvolume }}, node {{ $labels.node }}',
  cluster,
].join('');

/** "node a, cluster prod". */
export const whichNode = `node {{ $labels.node }}${cluster}`;
