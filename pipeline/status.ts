import type { VolumeReading } from '../receiver/nvme/reading.ts';
import type { Exporter, Receiver } from './component.ts';
import type { Config } from './components.ts';
import type { Health, StatusView, VolumeState, VolumeStatus } from './exporters/prometheus/status.ts';

/** The parts of a running collector that tell how it is. */
export interface Running {
  readonly version: string;
  readonly config: Config;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly exporters: ReadonlyMap<string, Exporter>;
}

/** What the second of an exporter is called that stands in two pipelines: each of them gives it another stream. */
export function exporterKey(id: string, pipelineId: string): string {
  return `${id} (${pipelineId})`;
}

/**
 * Ready is a collector that has read its node. Backends that are away do not count: a pod that is not ready is not
 * scraped either, and then nobody would see why.
 */
export function healthOf({ receivers }: Running): Health {
  const reasons = [...receivers].flatMap(([id, receiver]) =>
    receiver.latest() === undefined ? [`receiver ${id}: nothing was read yet`] : [],
  );
  return { ready: reasons.length === 0, reasons };
}

function volumeState(reading: VolumeReading): VolumeState {
  if (!reading.ok) return { state: 'error', errorType: reading.error.type, message: reading.error.message };
  const { statistics, exceeded } = reading.state;
  return { state: 'up', queueLength: statistics.queueLength, exceeded };
}

function volumeStatus(reading: VolumeReading): VolumeStatus {
  const { kind, id, device } = reading.attachment.volume;
  return { kind, id, device, reading: volumeState(reading) };
}

export function statusOf({ version, config, receivers, exporters }: Running): StatusView {
  return {
    version,
    uptimeSeconds: process.uptime(),
    simulated: [...receivers.values()].some(({ simulated }) => simulated),
    volumes: [...receivers.values()].flatMap(
      (receiver) => receiver.latest()?.volumes.map(volumeStatus) ?? [],
    ),
    pipelines: [...config.service.pipelines].map(([id, pipeline]) => ({
      id,
      receivers: pipeline.receivers,
      processors: pipeline.processors,
      exporters: pipeline.exporters.map((name) => ({
        id: name,
        notReady: (exporters.get(exporterKey(name, id)) ?? exporters.get(name))?.notReady(),
      })),
    })),
  };
}
