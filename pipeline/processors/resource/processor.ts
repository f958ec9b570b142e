import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Processor } from '../../component.ts';
import { applyActions } from '../attribute-actions.ts';
import { memoize } from '../memoize.ts';
import type { ResourceProcessorConfig } from './config.ts';

/** Changes the resource's attributes. One resource in gives one resource out, so that caches by identity hold. */
export function createResourceProcessor({ attributes: actions }: ResourceProcessorConfig): Processor {
  const transformed = memoize((resource: Resource): Resource => {
    const { attributes: original, schemaUrl } = resource;
    const attributes = applyActions(original, actions);
    if (attributes === original) return resource;
    return resourceFromAttributes(attributes, schemaUrl === undefined ? {} : { schemaUrl });
  });
  return memoize((metrics: ResourceMetrics) => {
    const resource = transformed(metrics.resource);
    return resource === metrics.resource ? metrics : { ...metrics, resource };
  });
}
