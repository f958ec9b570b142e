import type { CounterName } from './difference.ts';
import type { ExceededRatios } from './metrics.ts';
import type { VolumeKind } from './statistics.ts';

/** A limit that demand can exceed, and where it is told for how long. */
export interface Limit {
  readonly counter: CounterName;
  readonly ratio: keyof ExceededRatios;
  /** Whose limit and of what, for people. */
  readonly name: string;
}

const ebsLimits: readonly Limit[] = [
  { counter: 'volumeIopsExceededMicros', ratio: 'volumeIops', name: 'volume IOPS' },
  { counter: 'volumeThroughputExceededMicros', ratio: 'volumeThroughput', name: 'volume throughput' },
  { counter: 'instanceIopsExceededMicros', ratio: 'instanceIops', name: 'instance IOPS' },
  { counter: 'instanceThroughputExceededMicros', ratio: 'instanceThroughput', name: 'instance throughput' },
];

/** An instance-store drive has no limits of a volume; where EBS reports the instance's it reports its own. */
const instanceStoreLimits: readonly Limit[] = [
  { counter: 'instanceIopsExceededMicros', ratio: 'instanceIops', name: 'drive IOPS' },
  { counter: 'instanceThroughputExceededMicros', ratio: 'instanceThroughput', name: 'drive throughput' },
];

export function limitsOf(kind: VolumeKind): readonly Limit[] {
  return kind === 'ebs' ? ebsLimits : instanceStoreLimits;
}
