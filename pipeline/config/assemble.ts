import { definedIds, sections } from './collector-config.ts';
import { componentKinds, parseComponentId } from './component-id.ts';
import type { ComponentSchemas } from './components.ts';
import { emptyMapping, fillIn, findIn, setIn } from './edit.ts';
import { isNull, mappingNode, scalarNode, type Node } from './node.ts';
import { otlpExporterNode } from './otlp-exporter-node.ts';
import type { FromVariable, OtelEnvironment } from './otel-env.ts';
import type { Override } from './override.ts';
import type { Location, Report } from './problem.ts';

/** What a configuration is made of. */
export interface Layers {
  /** Expanded; undefined for an empty file and for none. */
  readonly document: Node | undefined;
  /** The file's name, where there is one. */
  readonly file: string | undefined;
  readonly otel: OtelEnvironment;
  /** What EBS_DEVICE says: names of devices. */
  readonly devices: FromVariable<readonly string[]> | undefined;
  readonly overrides: readonly Override[];
  /** What `--simulate` says. */
  readonly simulate: string | undefined;
  readonly schemas: ComponentSchemas;
}

const defaults: Location = { source: 'default configuration' };
/** The type of receiver that reads volumes: `--simulate`, EBS_DEVICE and the interval are for it. */
const volumeReceiver = 'nvme';

/**
 * One tree out of the file, the defaults, the command line and the environment. A section that the file leaves out has
 * its default; without pipelines there is one, of everything that is defined.
 */
export function assemble(layers: Layers, report: Report, warn: Report): Node {
  const written = layers.document ?? emptyMapping(defaults);
  if (written.kind !== 'mapping' && !isNull(written)) return written;
  const nothing = scalarNode('', defaults);
  const filled = fillIn(
    fillIn(written, ['receivers'], mappingNode({ [volumeReceiver]: nothing }, defaults)),
    ['exporters'],
    mappingNode({ prometheus: nothing }, defaults),
  );
  const overridden = withOverrides(withOtlpExporter(filled, layers, warn), layers, report);
  const received = withReceiverVariables(overridden, layers, warn);
  return findIn(written, ['service', 'pipelines']) === undefined
    ? withPipeline(received, layers.schemas)
    : received;
}

/** The file defines the exporters; without one the environment may add one. */
function withOtlpExporter(root: Node, { otel, file }: Layers, warn: Report): Node {
  const { metricsUrl } = otel.otlp;
  if (metricsUrl === undefined) return root;
  const location = { source: metricsUrl.variable };
  if (file !== undefined) {
    warn({ location, message: `ignored: the exporters are those of ${file}` });
    return root;
  }
  const node = otlpExporterNode(otel.otlp);
  return node === undefined ? root : (setIn(root, ['exporters', 'otlphttp'], node) ?? root);
}

function withOverrides(root: Node, { overrides, simulate, schemas }: Layers, report: Report): Node {
  const apply = (before: Node, { path, value }: Override): Node => {
    const after = setIn(before, path, value);
    if (after !== undefined) return after;
    report({
      location: value.location,
      message: 'leads through a value that is not a map: give the whole value',
    });
    return before;
  };
  const overridden = overrides.reduce(apply, root);
  if (simulate === undefined) return overridden;
  const location = { source: '--simulate' };
  const receivers = volumeReceivers(overridden, schemas);
  if (receivers.length === 0)
    report({ location, message: `there is no receiver of type ${volumeReceiver} to simulate for` });
  return receivers.reduce(
    (tree, key) =>
      apply(tree, { path: ['receivers', key, 'simulate'], value: scalarNode(simulate, location) }),
    overridden,
  );
}

/** What the environment says to receivers, where nobody else said it. */
function withReceiverVariables(root: Node, { otel, devices, schemas }: Layers, warn: Report): Node {
  let tree = root;
  for (const key of volumeReceivers(root, schemas)) {
    const { metricExportIntervalMs: interval } = otel;
    if (interval !== undefined) {
      const value = scalarNode(`${interval.value}ms`, { source: interval.variable });
      tree = fillIn(tree, ['receivers', key, 'collection_interval'], value);
    }
    if (devices === undefined) continue;
    const include = ['receivers', key, 'devices', 'include'];
    const location = { source: devices.variable };
    if (findIn(tree, include) !== undefined) {
      warn({ location, message: `ignored: receiver ${key} says itself which devices to include` });
    }
    const items = devices.value.map((device) => scalarNode(device, location, false));
    tree = fillIn(tree, include, { kind: 'sequence', items, location });
  }
  return tree;
}

function volumeReceivers(root: Node, { aliases }: ComponentSchemas): readonly string[] {
  const receivers = findIn(root, ['receivers']);
  const keys = receivers?.kind === 'mapping' ? receivers.entries.map(({ key }) => key) : [];
  return keys.filter((key) => parseComponentId(key, aliases?.receiver)?.type === volumeReceiver);
}

/** The pipeline `metrics`, of all that is defined but for what the command line said about it. */
function withPipeline(root: Node, schemas: ComponentSchemas): Node {
  const defined = definedIds(root, schemas);
  return componentKinds.reduce((tree, kind) => {
    const items = defined[kind].map((id) => scalarNode(id, defaults));
    const list: Node = { kind: 'sequence', items, location: defaults };
    return fillIn(tree, ['service', 'pipelines', 'metrics', sections[kind]], list);
  }, root);
}
