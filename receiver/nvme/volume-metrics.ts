import type { HrTime } from '@opentelemetry/api';
import type { MetricData, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { hrTimeOf } from './attachment.ts';
import { createHistogramProducer, type HistogramOptions } from './histograms.ts';
import { createInstruments, type InstrumentSet } from './instruments.ts';
import { createPointAttributes } from './point-attributes.ts';
import type { Reading, VolumeReading } from './reading.ts';

/** The instrumentation scope of all volume metrics. */
export const scopeName = 'ebs-nvme-collector/receiver/nvme';

/** More than a volume has series, those of each way to fail counted. */
const seriesPerVolume = 32;
/** Series of volumes that are gone, that are not worth to make the instruments anew for: about 1 MB. */
const seriesToSpare = 2_000;

/** Turns readings into metrics, by way of observable instruments and a MetricProducer. */
export function createVolumeMetrics(options: HistogramOptions & { readonly version: string }): {
  collect(reading: Reading): Promise<ScopeMetrics>;
} {
  const scope = { name: scopeName, version: options.version };
  const pointAttributes = createPointAttributes();
  const histograms = createHistogramProducer(options, pointAttributes);
  const create = (): InstrumentSet => createInstruments(scope, histograms, pointAttributes);
  let instruments = create();

  const collect = async (volumes: readonly VolumeReading[], endTime: HrTime): Promise<MetricData[]> => {
    if (instruments.seriesHeld() > seriesPerVolume * volumes.length + seriesToSpare) instruments = create();
    const metrics = await instruments.collect(volumes, endTime);
    if (metrics !== undefined) return metrics;
    instruments = create();
    const again = await instruments.collect(volumes, endTime);
    if (again === undefined) throw new Error('the SDK did not collect what was observed');
    return again;
  };

  return {
    async collect(reading) {
      histograms.report(reading);
      return { scope, metrics: await collect(reading.volumes, hrTimeOf(reading.readAtMs)) };
    },
  };
}
