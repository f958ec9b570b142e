import type { Meter } from '@opentelemetry/api';
import type { Logger } from '../../../telemetry/logger.ts';
import { createDriftTelemetry } from './drift-telemetry.ts';
import { createDriftTracker, differences, type Difference, type Drift, type DriftEvents } from './drift.ts';
import type { NodeDevices } from './node-devices.ts';

export interface DriftWatchOptions {
  readonly afterMs: number;
  /** Whether a volume known by any of these names is none of Kubernetes' business. */
  readonly ignores: (names: readonly string[]) => boolean;
  readonly nodeDevices: NodeDevices;
  /** EBS volumes that pods have by the kubelet's files. */
  readonly published: () => ReadonlySet<string>;
  /** Asks for the node object, `delayMs` from now at the latest; undefined where nobody can be asked. */
  readonly askNode:
    ((delayMs: number, onAnswer: (attached: ReadonlySet<string>) => void) => void) | undefined;
  readonly log: Logger;
  readonly meter: Meter;
  readonly nowMs: () => number;
}

export interface DriftWatch {
  /** The devices that a pipeline carries at this moment. */
  sawDevices(devices: ReadonlyMap<string, string>): void;
  /** Compares. To be called now and then. */
  compare(): void;
  close(): void;
}

/** The attach/detach controller writes an attachment into the node within seconds. */
const settleMs = 20_000;
/** A pipeline that nobody asks says nothing of what is there now. */
const staleMs = 10 * 60_000;

const sentences: Readonly<Record<Difference['kind'], readonly [found: string, cleared: string]>> = {
  missing_device: [
    'Kubernetes says that the volume is attached to this node, and no device shows it',
    'the volume that Kubernetes says is attached is there again, or is said to be attached no more',
  ],
  unexplained_device: [
    'a device is on this node that no attachment in Kubernetes explains: detach it, or name it in drift.ignore',
    'the device that no attachment explained is gone, or explained',
  ],
};

function logEvents(log: Logger, { found, cleared }: DriftEvents): void {
  const fieldsOf = ({ volumeId, device, kind }: Drift) => ({ volume: volumeId, device, kind });
  for (const drift of found) log.warn(sentences[drift.kind][0], fieldsOf(drift));
  for (const drift of cleared) log.info(sentences[drift.kind][1], fieldsOf(drift));
}

export function createDriftWatch(options: DriftWatchOptions): DriftWatch {
  const { nodeDevices, askNode, log, nowMs } = options;
  const tracker = createDriftTracker(options.afterMs);
  let seen: { readonly devices: ReadonlyMap<string, string>; readonly atMs: number } | undefined;
  let answer: { readonly attached: ReadonlySet<string>; readonly atMs: number } | undefined;
  let lastSignature: string | undefined;
  let hasCompared = false;

  const telemetry = createDriftTelemetry(
    options.meter,
    () => (hasCompared ? tracker.drifts() : undefined),
    nowMs,
  );

  const ask = (delayMs: number): void =>
    askNode?.(delayMs, (attached) => {
      answer = { attached, atMs: nowMs() };
    });

  const counts = ({ kind, volumeId, device }: Difference): boolean => {
    if (options.ignores(device === undefined ? [volumeId] : [volumeId, device])) return false;
    return kind === 'missing_device'
      ? !nodeDevices.hasVolume(volumeId)
      : device === undefined || !nodeDevices.hasPartitions(device);
  };

  return {
    sawDevices(devices) {
      seen = { devices, atMs: nowMs() };
    },
    compare() {
      const now = nowMs();
      if (seen === undefined || now - seen.atMs > staleMs) return;
      const published = options.published();
      const signature = [[...seen.devices.keys()].sort(), [...published].sort()].join(' ');
      // At once at first, and then when things have settled.
      if (signature !== lastSignature) ask(lastSignature === undefined ? 0 : settleMs);
      lastSignature = signature;
      const state = { attached: answer?.attached, published, devices: seen.devices };
      const events = tracker.update(differences(state).filter(counts), now, answer?.atMs);
      // What was asked before the difference came about says nothing of it.
      if (events.hasNew) ask(settleMs);
      hasCompared = true;
      telemetry.events(events);
      logEvents(log, events);
    },
    close: () => telemetry.close(),
  };
}
