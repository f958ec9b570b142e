import { collectorSchema, type CollectorConfig } from './collector-config.ts';
import type { ComponentSchemas } from './components.ts';
import type { Printable } from './schemas/schema.ts';

/** A configuration with every default written out and every secret hidden. */
export function effectiveConfig(config: CollectorConfig, schemas: ComponentSchemas): Printable {
  const nothingDefined = { receiver: [], processor: [], exporter: [] };
  return collectorSchema(schemas, nothingDefined, false).show(config);
}
