import { attribute } from '../../../../receiver/nvme/attributes.ts';
import type { PointAttributes } from '../../../../receiver/nvme/metrics.ts';

/** The points that a metric of a volume can have, for tables to refer to. */

export const only: PointAttributes = {};
export const reads: PointAttributes = { [attribute.direction]: 'read' };
export const writes: PointAttributes = { [attribute.direction]: 'write' };

const limit = (scope: 'volume' | 'instance', type: 'iops' | 'throughput'): PointAttributes => ({
  [attribute.limitScope]: scope,
  [attribute.limitType]: type,
});
export const volumeIops = limit('volume', 'iops');
export const volumeThroughput = limit('volume', 'throughput');
export const instanceIops = limit('instance', 'iops');
export const instanceThroughput = limit('instance', 'throughput');
