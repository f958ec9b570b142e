import type { ComponentContext, Exporter, Processor, Receiver } from './component.ts';
import type { ComponentSchemas } from './config/components.ts';
import type { CollectorConfig } from './config/collector-config.ts';
import { otlpHttpSchema } from './exporters/otlphttp/config.ts';
import { prometheusSchema } from './exporters/prometheus/config.ts';
import type { PrometheusContext } from './exporters/prometheus/status.ts';
import { attributesProcessorSchema } from './processors/attributes/config.ts';
import { filterProcessorSchema } from './processors/filter/config.ts';
import { kubernetesProcessorSchema } from './processors/kubernetes/config.ts';
import { resourceProcessorSchema } from './processors/resource/config.ts';
import { nvmeReceiverConfig } from './receivers/nvme/config.ts';
import { volumeUsageReceiverConfig } from './receivers/volume-usage/config.ts';

/** Every type of component that there is. What a configuration does not use is not loaded. */
export const componentSchemas = {
  receivers: { nvme: nvmeReceiverConfig, volume_usage: volumeUsageReceiverConfig },
  processors: {
    resource: resourceProcessorSchema,
    attributes: attributesProcessorSchema,
    filter: filterProcessorSchema,
    kubernetes: kubernetesProcessorSchema,
  },
  exporters: { prometheus: prometheusSchema, otlphttp: otlpHttpSchema },
  // The Collector calls it so since its version 0.144.
  aliases: { exporter: { otlp_http: 'otlphttp' } },
} as const satisfies ComponentSchemas;

export type Config = CollectorConfig<typeof componentSchemas>;

type Configured<Section extends 'receivers' | 'processors' | 'exporters'> =
  Config[Section] extends ReadonlyMap<string, infer C> ? C : never;

export async function createReceiver(
  component: Configured<'receivers'>,
  context: ComponentContext,
): Promise<Receiver> {
  switch (component.type) {
    case 'nvme': {
      const { createNvme } = await import('./receivers/nvme/receiver.ts');
      return createNvme(component.config, context);
    }
    case 'volume_usage': {
      const { createVolumeUsage } = await import('./receivers/volume-usage/receiver.ts');
      return createVolumeUsage(component.config, context);
    }
  }
}

export async function createProcessor(
  component: Configured<'processors'>,
  context: ComponentContext,
): Promise<Processor> {
  switch (component.type) {
    case 'resource': {
      const { createResourceProcessor } = await import('./processors/resource/processor.ts');
      return createResourceProcessor(component.config);
    }
    case 'attributes': {
      const { createAttributesProcessor } = await import('./processors/attributes/processor.ts');
      return createAttributesProcessor(component.config, context);
    }
    case 'filter': {
      const { createFilterProcessor } = await import('./processors/filter/processor.ts');
      return createFilterProcessor(component.config);
    }
    case 'kubernetes': {
      const { createKubernetesProcessor } = await import('./processors/kubernetes/processor.ts');
      return createKubernetesProcessor(component.config, context);
    }
  }
}

export async function createExporter(
  component: Configured<'exporters'>,
  context: PrometheusContext,
): Promise<Exporter> {
  switch (component.type) {
    case 'prometheus': {
      const { createPrometheusExporter } = await import('./exporters/prometheus/exporter.ts');
      return createPrometheusExporter(component.config, context);
    }
    case 'otlphttp': {
      const { createOtlpHttpExporter } = await import('./exporters/otlphttp/exporter.ts');
      return createOtlpHttpExporter(component.config, context);
    }
  }
}
