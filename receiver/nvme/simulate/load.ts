import { binCount, type LatencyDistribution } from './latency-distribution.ts';
import { hash, wander } from './noise.ts';
import { periodSeconds, type Plan, type Profile } from './profiles.ts';
import { serve } from './service.ts';

/**
 * The load on all volumes of one instance, integrated in small steps from a start. What it is at a time depends on the
 * seed and the time alone, never on how often somebody looks: within a step every counter rises evenly.
 */

const stepMs = 200;
const stepSeconds = stepMs / 1000;
const stepMicros = stepMs * 1000;
const periodSteps = periodSeconds / stepSeconds;
const stepsOf = (seconds: number): number => Math.round(seconds / stepSeconds);

/** Slots of a volume: operations per latency bin, then µs beyond each limit. Everything else follows from these. */
const slot = {
  reads: 0,
  writes: binCount,
  volumeIops: 2 * binCount,
  volumeThroughput: 2 * binCount + 1,
  instanceIops: 2 * binCount + 2,
  instanceThroughput: 2 * binCount + 3,
} as const;
const slotCount = 2 * binCount + 4;

/** Of what the competing volumes are provisioned for, the instance has this share left for them. */
const instanceShare = 0.6;

export interface LoadCounters {
  /** Operations per latency bin since the attachment. */
  readonly reads: Float64Array;
  readonly writes: Float64Array;
  readonly volumeIopsExceededMicros: number;
  readonly volumeThroughputExceededMicros: number;
  readonly instanceIopsExceededMicros: number;
  readonly instanceThroughputExceededMicros: number;
  readonly queueLength: number;
  /** When the counters were zero, ms from the start; negative before it. */
  readonly attachedAtMs: number;
}

export interface Load {
  /** Moves on to a time, ms from the start. An earlier time than the last changes nothing. */
  advanceTo(elapsedMs: number): void;
  isAttached(position: number): boolean;
  /** The counters of the volume at a position, undefined while it is detached. */
  counters(position: number): LoadCounters | undefined;
}

type Reattachment = NonNullable<Profile['reattachment']>;

/** Steps since the last attachment of a volume that is attached over and over. */
function sinceAttachment({ everySeconds, initialAgeSeconds }: Reattachment, step: number): number {
  return (step + stepsOf(initialAgeSeconds)) % stepsOf(everySeconds);
}

/** Operations per second that applications want of a volume in a step of the period. */
function demandPerSecond(plan: Plan, position: number, step: number, seed: number): number {
  const local = (step + stepsOf(plan.aheadSeconds)) % periodSteps;
  const slow = wander(seed, position, local, stepsOf(5), periodSteps);
  const fast = 2 * hash(seed, ~position, local) - 1;
  return plan.profile.demand(local * stepSeconds) * plan.busyness * (1 + 0.18 * slow + 0.07 * fast);
}

export function createLoad(plans: readonly Plan[], seed: number): Load {
  /** Since the period began: all that went through before the current step, and what goes through during it. */
  const totals = new Float64Array(plans.length * slotCount);
  const flow = new Float64Array(plans.length * slotCount);
  const inFlight = new Float64Array(plans.length);
  const demands = new Float64Array(plans.length);

  /** In whole operations and µs, so that a period's end and the next one's beginning are the same number. */
  const perPeriod = new Float64Array(totals.length);
  /** What a period begins with: nothing, or the rest of an attachment that began in the one before. */
  const carriedOver = new Float64Array(totals.length);

  let period = 0;
  let step = 0;
  let fraction = 0;

  const isAttached = (position: number): boolean => {
    const plan = plans[position];
    if (plan === undefined) return false;
    const { reattachment } = plan.profile;
    if (reattachment === undefined) return true;
    return (
      sinceAttachment(reattachment, step) < stepsOf(reattachment.everySeconds - reattachment.absentSeconds)
    );
  };

  /** What competing volumes want of the instance, beside what it has for them: the share it can carry. */
  const instanceCarries = (resource: 'iops' | 'throughput'): number => {
    let wanted = 0;
    let provisioned = 0;
    plans.forEach(({ profile }, position) => {
      if (profile.competesFor !== resource) return;
      const operations = Math.min(demands[position] ?? 0, profile.allowedPerSecond);
      wanted += resource === 'iops' ? operations : operations * profile.operationBytes;
      provisioned += resource === 'iops' ? profile.limits.iops : profile.limits.bytesPerSecond;
    });
    return Math.min(1, (instanceShare * provisioned) / wanted);
  };

  const spread = (
    operations: number,
    { shares, firstBin, lastBin }: LatencyDistribution,
    from: number,
  ): void => {
    for (let bin = firstBin; bin <= lastBin; bin++) flow[from + bin] = operations * (shares[bin] ?? 0);
  };

  const enterStep = (next: number): void => {
    step = next;
    flow.fill(0);
    plans.forEach((plan, position) => {
      demands[position] = isAttached(position) ? demandPerSecond(plan, position, step, seed) : 0;
    });
    const carries = { iops: instanceCarries('iops'), throughput: instanceCarries('throughput') };
    plans.forEach(({ profile }, position) => {
      const base = position * slotCount;
      if (profile.reattachment !== undefined && sinceAttachment(profile.reattachment, step) === 0) {
        totals.fill(0, base, base + slotCount);
      }
      if (!isAttached(position)) return;
      const carried = profile.competesFor === undefined ? 1 : carries[profile.competesFor];
      const service = serve(profile, demands[position] ?? 0, carried);
      spread(service.readsPerSecond * stepSeconds, service.reads, base + slot.reads);
      spread(service.writesPerSecond * stepSeconds, service.writes, base + slot.writes);
      flow[base + slot.volumeIops] = service.volumeIopsExceeded * stepMicros;
      flow[base + slot.volumeThroughput] = service.volumeThroughputExceeded * stepMicros;
      flow[base + slot.instanceIops] = service.instanceIopsExceeded * stepMicros;
      flow[base + slot.instanceThroughput] = service.instanceThroughputExceeded * stepMicros;
      inFlight[position] = service.inFlight;
    });
  };

  const finishStep = (): void => {
    for (let at = 0; at < totals.length; at++) totals[at] = (totals[at] ?? 0) + (flow[at] ?? 0);
    enterStep(step + 1);
  };

  const enterPeriod = (next: number): void => {
    period = next;
    totals.set(carriedOver);
    enterStep(0);
  };

  enterPeriod(0);
  while (step < periodSteps) finishStep();
  plans.forEach(({ profile }, position) => {
    const [from, to] = [position * slotCount, (position + 1) * slotCount];
    if (profile.reattachment === undefined) perPeriod.set(totals.subarray(from, to).map(Math.floor), from);
    else carriedOver.set(totals.subarray(from, to), from);
  });
  enterPeriod(0);

  return {
    advanceTo(elapsedMs) {
      const target = elapsedMs / stepMs;
      if (target < period * periodSteps + step + fraction) return;
      const targetPeriod = Math.floor(target / periodSteps);
      if (targetPeriod > period) enterPeriod(targetPeriod);
      const within = target - period * periodSteps;
      while (step + 1 <= within) finishStep();
      fraction = within - step;
    },
    isAttached,
    counters(position) {
      const profile = plans[position]?.profile;
      if (profile === undefined || !isAttached(position)) return undefined;
      const value = (of: number): number => {
        const at = position * slotCount + of;
        const before = (profile.historyPeriods + period) * (perPeriod[at] ?? 0);
        return before + Math.floor((totals[at] ?? 0) + fraction * (flow[at] ?? 0));
      };
      const { reattachment, historyPeriods } = profile;
      const attachedStep =
        reattachment === undefined
          ? -historyPeriods * periodSteps
          : period * periodSteps + step - sinceAttachment(reattachment, step);
      return {
        reads: Float64Array.from({ length: binCount }, (_, bin) => value(slot.reads + bin)),
        writes: Float64Array.from({ length: binCount }, (_, bin) => value(slot.writes + bin)),
        volumeIopsExceededMicros: value(slot.volumeIops),
        volumeThroughputExceededMicros: value(slot.volumeThroughput),
        instanceIopsExceededMicros: value(slot.instanceIops),
        instanceThroughputExceededMicros: value(slot.instanceThroughput),
        // A third of an operation in flight on average: one of them, a third of the time.
        queueLength: Math.floor((inFlight[position] ?? 0) + hash(seed, position, step)),
        attachedAtMs: attachedStep * stepMs,
      };
    },
  };
}
