import { sections, type CollectorConfig } from './collector-config.ts';
import { componentKinds, parseComponentId } from './component-id.ts';
import type { ComponentSchemas } from './components.ts';
import { findIn } from './edit.ts';
import type { Node } from './node.ts';
import type { Problem } from './problem.ts';

/** Components that no pipeline names. The Collector starts without them, and so do we: a word of warning is enough. */
export function unusedComponents(
  config: CollectorConfig,
  root: Node,
  schemas: ComponentSchemas,
): readonly Problem[] {
  const pipelines = [...config.service.pipelines.values()];
  return componentKinds.flatMap((kind) => {
    const section = sections[kind];
    const used = new Set(pipelines.flatMap((pipeline) => pipeline[section]));
    const map = findIn(root, [section]);
    const entries = map?.kind === 'mapping' ? map.entries : [];
    return entries.flatMap(({ key, keyLocation }) => {
      const id = parseComponentId(key, schemas.aliases?.[kind])?.id ?? key;
      const message = `${kind} ${id} is in no pipeline and does nothing: name it in service.pipelines or remove it`;
      return used.has(id) ? [] : [{ location: keyLocation, message }];
    });
  });
}
