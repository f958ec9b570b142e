import type { Attributes } from '@opentelemetry/api';
import { attribute, claimLabelPrefix, volumeLabelPrefix } from '../../../../receiver/nvme/attributes.ts';
import { available, capacity, used } from '../../../../receiver/volume-usage/metrics.ts';
import type { NamingTable } from './table.ts';
import { nodeLabels, usageLabels, usedPercent } from './volume-usage.ts';

/** The names and labels of the exporter of PersistentVolumes' disk usage. */

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
    { ...usedPercent, name: 'pv_disk_usage_percent_used' },
    { metric: available, name: 'pv_disk_usage_bytes_available' },
    { metric: used, name: 'pv_disk_usage_bytes_used' },
    { metric: capacity, name: 'pv_disk_usage_bytes_total' },
  ],
  resourceLabels: nodeLabels,
  labels: usageLabels,
  derivedLabels,
};
