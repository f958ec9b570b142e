import type { Attributes } from '@opentelemetry/api';
import { attribute } from '../../../receiver/nvme/attributes.ts';
import { scalarMetrics } from '../../../receiver/nvme/metrics.ts';
import { attributeText } from './labels.ts';

/** What tells the points of one metric of one volume apart: direction, or limit. */
export function variantOf(attributes: Attributes): string {
  const direction = attributeText(attributes[attribute.direction] ?? '');
  const scope = attributeText(attributes[attribute.limitScope] ?? '');
  const type = attributeText(attributes[attribute.limitType] ?? '');
  return `${direction}/${scope}/${type}`;
}

/** Places of the variants: as the table of metrics lists them. */
const variantRanks: ReadonlyMap<string, number> = new Map(
  [...new Set(scalarMetrics.flatMap(({ points }) => points.map((point) => variantOf(point.attributes))))].map(
    (variant, rank) => [variant, rank],
  ),
);

/** Numbers inside compare as numbers: `nvme2n1` comes before `nvme10n1`. */
function natural(text: string): string {
  return text.replace(/\d+/g, (digits) => digits.padStart(16, '0'));
}

/**
 * A key that sorts as people read: by device, then volume, then in the order of the table of metrics. Empty on points
 * that are not a volume's, which stay as they came.
 */
export function seriesOrder(attributes: Attributes): string {
  const device = attributes[attribute.deviceName];
  if (device === undefined) return '';
  const id = attributeText(attributes[attribute.volumeId] ?? attributes[attribute.instanceStoreSerial] ?? '');
  const rank = variantRanks.get(variantOf(attributes)) ?? variantRanks.size;
  const order = `${natural(attributeText(device))}\0${id}\0${String.fromCharCode(rank)}`;
  const band = attributes[attribute.sizeBand];
  return band === undefined ? order : `${order}\0${natural(attributeText(band).replace('+Inf', '~'))}`;
}
