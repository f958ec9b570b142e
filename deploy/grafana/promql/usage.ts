/** How full file systems are, from the receiver `volume_usage`, by the namings `pv_disk_usage` and `kubelet`. */

/** The kubelet has series of its own by those names: ours have the PersistentVolume. */
export const notTheKubelets = 'persistentvolume!=""';

export const sizeBytes = (selector: string): string => `pv_disk_usage_bytes_total{${selector}}`;
export const usedBytes = (selector: string): string => `pv_disk_usage_bytes_used{${selector}}`;
export const availableBytes = (selector: string): string => `pv_disk_usage_bytes_available{${selector}}`;

/** 0 to 100, of what pods can write. */
export const usedPercent = (selector: string): string => `pv_disk_usage_percent_used{${selector}}`;

/** 0 to 1. The selector leaves the kubelet's own series out. */
export const usedInodes = (selector: string): string =>
  `kubelet_volume_stats_inodes_used{${selector}} / (kubelet_volume_stats_inodes{${selector}} > 0)`;

/** Seconds until nothing is left if it goes on as in the last six hours. No value where it does not fill up. */
export const fullInSeconds = (selector: string): string =>
  `${availableBytes(selector)} / (-deriv(${availableBytes(selector)}[6h]) > 0)`;

export const noUsage = 'No usage: the receiver volume_usage is not configured, or nothing of it is mounted';
