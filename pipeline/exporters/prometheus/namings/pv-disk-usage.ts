import type { Attributes } from '@opentelemetry/api';
import { attribute, claimLabelPrefix, volumeLabelPrefix } from '../../../../receiver/nvme/attributes.ts';
import { available, capacity, used, utilization } from '../../../../receiver/volume-usage/metrics.ts';
import { usageLabels, usageResourceLabels } from './kubelet.ts';
import type { NamingTable } from './table.ts';

/** The names and labels of the exporter of PersistentVolumes' disk usage. */

/** Rounded to a millionth, so that 0.07 is 7 and not 7.000000000000001. */
const percent = (ratio: number): number => Math.round(ratio * 1e8) / 1e6;

/** Labels under one name, wherever they are from: the claim's before the PersistentVolume's. */
function volumeLabels(attributes: Attributes): Attributes {
  const labels: Attributes = {};
  for (const prefix of [volumeLabelPrefix, claimLabelPrefix]) {
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith(prefix)) labels[`volume_${name.slice(prefix.length)}`] = value;
    }
  }
  return labels;
}

/** `volume_name`, `volume_type` and `volume_instance` say what the volume is, whatever its labels say. */
function derivedLabels(attributes: Attributes): Attributes {
  const volumeId = attributes[attribute.volumeId];
  return {
    ...volumeLabels(attributes),
    volume_name: attributes[attribute.persistentVolumeClaim] ?? attributes[attribute.persistentVolume],
    volume_type: volumeId === undefined ? undefined : 'ebs',
    volume_instance: volumeId,
  };
}

export const pvDiskUsageNaming: NamingTable = {
  // Devices have no names here.
  prefix: { ebs: '', instance_store: '' },
  entries: [],
  usage: [
    {
      metric: utilization,
      name: 'pv_disk_usage_percent_used',
      help: 'Share of what pods can write that is in use, 0 to 100, as df counts it.',
      convert: percent,
    },
    { metric: available, name: 'pv_disk_usage_bytes_available' },
    { metric: used, name: 'pv_disk_usage_bytes_used' },
    { metric: capacity, name: 'pv_disk_usage_bytes_total' },
  ],
  resourceLabels: usageResourceLabels,
  labels: usageLabels,
  derivedLabels,
};
