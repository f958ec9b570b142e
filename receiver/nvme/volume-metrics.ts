import type { ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { hrTimeOf } from '../hr-time.ts';
import { createObservationMeter } from '../observation-meter.ts';
import { createHistogramProducer, type HistogramOptions } from './histograms.ts';
import { createVolumeInstruments } from './instruments.ts';
import { createPointAttributes } from './point-attributes.ts';
import type { Reading } from './reading.ts';

/** The instrumentation scope of all volume metrics. */
export const scopeName = 'ebs-nvme-collector/receiver/nvme';

/** Turns readings into metrics, by way of observable instruments and a MetricProducer. */
export function createVolumeMetrics(options: HistogramOptions & { readonly version: string }): {
  collect(reading: Reading): Promise<ScopeMetrics>;
} {
  const scope = { name: scopeName, version: options.version };
  const pointAttributes = createPointAttributes();
  const meter = createObservationMeter((attributes) => pointAttributes.attachmentOf(attributes).startTime);
  const instruments = createVolumeInstruments(meter, pointAttributes);
  const histograms = createHistogramProducer(options, pointAttributes);

  return {
    async collect(reading) {
      instruments.report(reading.volumes);
      histograms.report(reading);
      const metrics = meter.collect(hrTimeOf(reading.readAtMs));
      const { resourceMetrics } = await histograms.collect();
      return { scope, metrics: metrics.concat(...resourceMetrics.scopeMetrics.map((each) => each.metrics)) };
    },
  };
}
