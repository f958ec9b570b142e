/** What Kubernetes says of a node's volumes against what is there. */

export const driftKinds = ['missing_device', 'unexplained_device'] as const;
/**
 * `missing_device`: Kubernetes says that the volume is attached, and no device shows it. `unexplained_device`: a device is
 * there, and no attachment explains it.
 */
export type DriftKind = (typeof driftKinds)[number];

export interface Difference {
  readonly kind: DriftKind;
  readonly volumeId: string;
  /** Where there is one. */
  readonly device: string | undefined;
}

export interface NodeState {
  /** EBS volumes that Kubernetes says are attached to the node; undefined where nobody could ask. */
  readonly attached: ReadonlySet<string> | undefined;
  /** EBS volumes that pods have by the kubelet's own files. */
  readonly published: ReadonlySet<string>;
  /** EBS devices by volume id. */
  readonly devices: ReadonlyMap<string, string>;
}

export function differences({ attached, published, devices }: NodeState): readonly Difference[] {
  const expected = new Set([...(attached ?? []), ...published]);
  const missing = [...expected]
    .filter((volumeId) => !devices.has(volumeId))
    .map((volumeId) => ({ kind: 'missing_device' as const, volumeId, device: undefined }));
  if (attached === undefined) return missing;
  const unexplained = [...devices]
    .filter(([volumeId]) => !expected.has(volumeId))
    .map(([volumeId, device]) => ({ kind: 'unexplained_device' as const, volumeId, device }));
  return [...missing, ...unexplained];
}

/** A difference that lasts. */
export interface Drift extends Difference {
  /** When it was first seen, ms. */
  readonly sinceMs: number;
}

export interface DriftEvents {
  readonly found: readonly Drift[];
  readonly cleared: readonly Drift[];
  /** Whether there are differences that were not there before, and may be drift later. */
  readonly hasNew: boolean;
}

interface Followed extends Drift {
  readonly isDrift: boolean;
}

/**
 * Follows differences until they have lasted long enough to be drift, and until they are gone.
 * @param afterMs attaching and detaching take their time, and meanwhile the two sides differ
 */
export function createDriftTracker(afterMs: number): {
  /** @param askedAtMs when Kubernetes was asked last; what is younger is not known to be so there */
  update(found: readonly Difference[], nowMs: number, askedAtMs: number | undefined): DriftEvents;
  drifts(): readonly Drift[];
} {
  let followed: ReadonlyMap<string, Followed> = new Map();
  return {
    update(found, nowMs, askedAtMs) {
      const following = new Map<string, Followed>();
      const began: Drift[] = [];
      for (const difference of found) {
        const key = `${difference.kind} ${difference.volumeId}`;
        const before = followed.get(key);
        const sinceMs = before?.sinceMs ?? nowMs;
        const isConfirmed = askedAtMs === undefined || askedAtMs >= sinceMs;
        const isDrift = before?.isDrift === true || (isConfirmed && nowMs - sinceMs >= afterMs);
        const now = { ...difference, sinceMs, isDrift };
        following.set(key, now);
        if (isDrift && before?.isDrift !== true) began.push(now);
      }
      const hasNew = [...following.keys()].some((key) => !followed.has(key));
      const cleared = [...followed].flatMap(([key, each]) =>
        each.isDrift && !following.has(key) ? [each] : [],
      );
      followed = following;
      return { found: began, cleared, hasNew };
    },
    drifts: () => [...followed.values()].filter(({ isDrift }) => isDrift),
  };
}
