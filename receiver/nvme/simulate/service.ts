import { latencyDistribution, type LatencyDistribution } from './latency-distribution.ts';
import type { Profile } from './profiles.ts';

/** What a volume makes of the demand on it at one moment. Pure: the same demand is always served the same way. */

export interface Service {
  readonly readsPerSecond: number;
  readonly writesPerSecond: number;
  readonly reads: LatencyDistribution;
  readonly writes: LatencyDistribution;
  /** Operations in flight on average. */
  readonly inFlight: number;
  /** Shares of the moment that demand exceeded a limit, 0 to 1. */
  readonly volumeIopsExceeded: number;
  readonly volumeThroughputExceeded: number;
  readonly instanceIopsExceeded: number;
  readonly instanceThroughputExceeded: number;
}

/** A limit counts as exceeded all the time once demand is this share above it; less, and only at some moments. */
const surelyExceeded = 0.05;
/** And all that applications can have in flight waits once demand is this share above it. */
const surelyQueued = 0.1;

/** How far demand is into the band above a limit, 0 to 1. */
function excess(demand: number, limit: number, band: number): number {
  return Math.min(1, Math.max(0, (demand / limit - 1) / band));
}

/**
 * @param demandPerSecond operations that applications want, per second
 * @param instanceCarries the share of what the volume's limits let through that the instance's let through too, 0 to 1
 */
export function serve(profile: Profile, demandPerSecond: number, instanceCarries: number): Service {
  const { kind, limits, readShare, readMicros, writeMicros, competesFor, allowedPerSecond } = profile;
  const instanceAllows = instanceCarries < 1 ? allowedPerSecond * instanceCarries : Infinity;
  const allowed = Math.min(allowedPerSecond, instanceAllows);
  const servedPerSecond = Math.min(demandPerSecond, allowed);

  // Unhindered, latency grows with utilisation. Beyond a limit, Little's law: whatever is in flight takes its turn.
  const idleMicros =
    readShare * latencyDistribution(readMicros).meanMicros +
    (1 - readShare) * latencyDistribution(writeMicros).meanMicros;
  const queued = profile.concurrency * excess(demandPerSecond, allowed, surelyQueued);
  const stretch = Math.max(
    1 + 0.8 * Math.min(1, demandPerSecond / allowed) ** 3,
    (queued * 1e6) / (servedPerSecond * idleMicros),
  );
  const reads = latencyDistribution(readMicros * stretch);
  const writes = latencyDistribution(writeMicros * stretch);
  const readsPerSecond = servedPerSecond * readShare;
  const writesPerSecond = servedPerSecond - readsPerSecond;

  const iopsExceeded = excess(demandPerSecond, limits.iops, surelyExceeded);
  const throughputExceeded = excess(
    demandPerSecond,
    limits.bytesPerSecond / profile.operationBytes,
    surelyExceeded,
  );
  const instanceExceeded = excess(demandPerSecond, instanceAllows, surelyExceeded);
  // Instance store has no limits of a volume: it reports its own where EBS reports the instance's.
  const isEbs = kind === 'ebs';
  return {
    readsPerSecond,
    writesPerSecond,
    reads,
    writes,
    inFlight: (readsPerSecond * reads.meanMicros + writesPerSecond * writes.meanMicros) / 1e6,
    volumeIopsExceeded: isEbs ? iopsExceeded : 0,
    volumeThroughputExceeded: isEbs ? throughputExceeded : 0,
    instanceIopsExceeded: isEbs ? (competesFor === 'iops' ? instanceExceeded : 0) : iopsExceeded,
    instanceThroughputExceeded: isEbs
      ? competesFor === 'throughput'
        ? instanceExceeded
        : 0
      : throughputExceeded,
  };
}
