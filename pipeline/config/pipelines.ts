import { parseComponentId, type Aliases, type ComponentKind } from './component-id.ts';
import { isNull } from './node.ts';
import type { Location, Report } from './problem.ts';
import { listOf } from './schemas/collections.ts';
import { field, object, required } from './schemas/object.ts';
import { accepted, reject, rejected, rejectNode, type Place, type Schema } from './schemas/schema.ts';
import { suggestion } from './suggestion.ts';

/** Ids of components, in order. */
export interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

export type PipelineMap = ReadonlyMap<string, Pipeline>;

/** The ids that a configuration defines, right or wrong, and the aliases of their types. */
export type DefinedIds = Readonly<Record<ComponentKind, readonly string[]>>;
export type AliasesByKind = Readonly<Partial<Record<ComponentKind, Aliases>>>;

interface Use {
  readonly pipeline: string;
  readonly kind: ComponentKind;
  readonly id: string;
  readonly type: string;
  readonly location: Location;
}

const metricsPipeline = /^metrics(\/[^\s/]+)?$/;
const otherSignal = /^(traces|logs|profiles)(\/|$)/;

/** The map under `service.pipelines`. */
export function pipelines(defined: DefinedIds, aliases: AliasesByKind = {}): Schema<PipelineMap> {
  const expected = 'a map of pipelines like {metrics: {receivers: [nvme], exporters: [prometheus]}}';
  return {
    type: 'map of pipelines',
    expected,
    fields: pipeline('metrics', defined, aliases, () => undefined).fields,
    parse: (node, place) => {
      if (node.kind !== 'mapping') return rejectNode(place, node, expected);
      if (node.entries.length === 0)
        return reject(place, node.location, `none is defined: expected ${expected}`);
      const uses: Use[] = [];
      const outcomes = node.entries.map(({ key, keyLocation, value }) => {
        if (!metricsPipeline.test(key)) {
          place.report({ location: keyLocation, message: wrongPipelineId(key) });
          return rejected;
        }
        const at = { ...place, owner: `pipeline ${key}`, path: '', location: keyLocation };
        const outcome = pipeline(key, defined, aliases, (use) => uses.push(use)).parse(value, at);
        return outcome.ok ? accepted([key, outcome.value] as const) : rejected;
      });
      const single = servesOnce(uses, place.report);
      const made = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
      return single && made.length === outcomes.length ? accepted(new Map(made)) : rejected;
    },
    show: (map) => Object.fromEntries([...map].map(([id, value]) => [id, { ...value }])),
  };
}

function wrongPipelineId(id: string): string {
  const what = otherSignal.test(id)
    ? `there are metrics only, no ${id.replace(/\/.*/s, '')}`
    : `${JSON.stringify(id)} cannot be the id of a pipeline`;
  return `${what}: expected metrics or metrics/name`;
}

function pipeline(id: string, defined: DefinedIds, aliases: AliasesByKind, use: (use: Use) => void) {
  const references = (kind: ComponentKind): Schema<readonly string[]> =>
    listOf(reference(kind, defined[kind], aliases[kind], (made) => use({ ...made, pipeline: id, kind })));
  return object({
    receivers: required(
      unrepeated(filled('receiver', references('receiver'))),
      'Where its metrics come from.',
    ),
    processors: field(unrepeated(references('processor')), [], 'What they go through, in this order.'),
    exporters: required(
      unrepeated(filled('exporter', references('exporter'))),
      'Where they go, to all of them.',
    ),
  });
}

/** One id in a pipeline's list: of a component that is defined. */
function reference(
  kind: ComponentKind,
  defined: readonly string[],
  aliases: Aliases | undefined,
  use: (use: Pick<Use, 'id' | 'type' | 'location'>) => void,
): Schema<string> {
  return {
    type: 'id',
    expected: `the id of a ${kind}`,
    fields: [],
    parse: (node, place) => {
      if (node.kind !== 'scalar' || isNull(node) || node.unresolved)
        return rejectNode(place, node, `the id of a ${kind}`);
      const parsed = parseComponentId(node.text, aliases);
      if (parsed === undefined || !defined.includes(parsed.id)) {
        const hint = suggestion(node.text, defined);
        return undefinedComponent(kind, node.text, hint, node.location, place);
      }
      use({ ...parsed, location: node.location });
      return accepted(parsed.id);
    },
    show: (id) => id,
  };
}

function undefinedComponent(kind: ComponentKind, id: string, hint: string, location: Location, place: Place) {
  const message = `${kind} ${JSON.stringify(id)} of ${place.owner} is not defined in ${kind}s${hint}`;
  place.report({ location, message });
  return rejected;
}

const filled = (kind: ComponentKind, schema: Schema<readonly string[]>): Schema<readonly string[]> => ({
  ...schema,
  expected: `a list with at least one ${kind}`,
  parse: (node, place) =>
    node.kind === 'sequence' && node.items.length === 0
      ? reject(place, node.location, `${place.owner} has none: name at least one ${kind}`)
      : schema.parse(node, place),
});

const unrepeated = (schema: Schema<readonly string[]>): Schema<readonly string[]> => ({
  ...schema,
  parse: (node, place) => {
    const outcome = schema.parse(node, place);
    if (!outcome.ok || node.kind !== 'sequence') return outcome;
    const again = outcome.value.findIndex((id, index) => outcome.value.indexOf(id) < index);
    const at = node.items[again];
    return at === undefined
      ? outcome
      : reject(place, at.location, `${outcome.value[again]} stands here twice: remove one`);
  },
});

/** A Prometheus exporter serves one page: in two pipelines each of its series would appear twice. */
function servesOnce(uses: readonly Use[], report: Report): boolean {
  const pages = uses.filter(({ kind, type }) => kind === 'exporter' && type === 'prometheus');
  const repeated = pages.flatMap((use, index) => {
    const first = pages
      .slice(0, index)
      .find(({ id, pipeline: other }) => id === use.id && other !== use.pipeline);
    return first === undefined ? [] : [{ use, first }];
  });
  for (const { use, first } of repeated) {
    const message = `exporter ${use.id} is in pipeline ${first.pipeline} already, and each of its series would appear twice: give pipeline ${use.pipeline} an exporter of its own, prometheus/NAME`;
    report({ location: use.location, message });
  }
  return repeated.length === 0;
}
