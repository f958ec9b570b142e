import type { ScopeMetrics } from '@opentelemetry/sdk-metrics';
import type { Columns } from '../columns.ts';
import { hrTimeOf } from '../hr-time.ts';
import { createObservationMeter, type Observations } from '../observation-meter.ts';
import { createVolumeHistograms, type HistogramOptions } from './histograms.ts';
import { createVolumeInstruments } from './instruments.ts';
import { createPointAttributes } from './point-attributes.ts';
import type { Reading } from './reading.ts';

/** The instrumentation scope of all volume metrics. */
export const scopeName = 'ebs-nvme-collector/receiver/nvme';

/** Turns readings into metrics, by way of observable instruments. */
export function createVolumeMetrics(options: HistogramOptions & { readonly version: string }): {
  collect(reading: Reading): Columns;
} {
  const scope = { name: scopeName, version: options.version };
  const pointAttributes = createPointAttributes();
  const meter = createObservationMeter((attributes) => pointAttributes.attachmentOf(attributes).startTime);
  const instruments = createVolumeInstruments(meter, pointAttributes);
  const histograms = createVolumeHistograms(meter, options, pointAttributes);
  let metrics: Observations['layout'] | undefined;
  let layout: readonly ScopeMetrics[] = [];

  return {
    collect({ readAtMs, volumes }) {
      instruments.report(volumes);
      histograms.report(volumes);
      const observed = meter.collect(hrTimeOf(readAtMs));
      if (observed.layout !== metrics) {
        metrics = observed.layout;
        layout = [{ scope, metrics: [...metrics] }];
      }
      return { layout, values: observed.values };
    },
  };
}
