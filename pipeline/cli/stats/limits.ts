import type { CounterName } from '../../../receiver/nvme/difference.ts';
import type { VolumeKind } from '../../../receiver/nvme/statistics.ts';

/** The limits that demand can exceed, and which of a page's counters says for how long. */
export interface Limit {
  readonly counter: CounterName;
  /** Whose limit and of what, for people. */
  readonly name: string;
}

const ebsLimits: readonly Limit[] = [
  { counter: 'volumeIopsExceededMicros', name: 'volume IOPS' },
  { counter: 'volumeThroughputExceededMicros', name: 'volume throughput' },
  { counter: 'instanceIopsExceededMicros', name: 'instance IOPS' },
  { counter: 'instanceThroughputExceededMicros', name: 'instance throughput' },
];

/** An instance-store drive has no limits of a volume; where EBS reports the instance's it reports its own. */
const instanceStoreLimits: readonly Limit[] = [
  { counter: 'instanceIopsExceededMicros', name: 'drive IOPS' },
  { counter: 'instanceThroughputExceededMicros', name: 'drive throughput' },
];

export function limitsOf(kind: VolumeKind): readonly Limit[] {
  return kind === 'ebs' ? ebsLimits : instanceStoreLimits;
}
