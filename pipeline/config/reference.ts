import { collectorSchema, sections } from './collector-config.ts';
import { componentKinds } from './component-id.ts';
import type { ComponentSchemas, SchemasByType } from './components.ts';
import { formatInline } from './format-yaml.ts';
import type { FieldReference } from './schemas/schema.ts';

/** The keys of a configuration as Markdown tables: `docs/configuration.md` is made of this, and a test compares them. */
export function renderReference(schemas: ComponentSchemas): string {
  const nothingDefined = { receiver: [], processor: [], exporter: [] };
  const whole = collectorSchema(schemas, nothingDefined, false).fields;
  const parts = componentKinds.flatMap((kind) => {
    const described = whole.find(({ key }) => key === sections[kind])?.description ?? '';
    return [`## ${sections[kind]}`, described].concat(componentTables(schemas[sections[kind]]));
  });
  const service = whole.find(({ key }) => key === 'service');
  return `${[...parts, '## service', service?.description ?? '', serviceTable(service?.fields ?? [])].join('\n\n')}\n`;
}

function componentTables(types: SchemasByType): readonly string[] {
  return Object.entries(types).flatMap(([type, schema]) => [`### ${type}`, table(rows(schema.fields))]);
}

/** Pipelines have names of their own: the key stands for all of them. */
function serviceTable(fields: readonly FieldReference[]): string {
  const named = fields.map((each) =>
    each.key === 'pipelines' ? { ...each, key: 'pipelines.metrics[/name]' } : each,
  );
  return table(rows(named));
}

/** A map of known keys gives a row to each of them, a list of such maps a row to itself too. */
function rows(fields: readonly FieldReference[], path = ''): readonly string[] {
  return fields.flatMap((field) => {
    const name = `${path}${field.key}`;
    if (field.fields.length === 0) return [row(name, field)];
    const isList = field.type.startsWith('list');
    const below = rows(field.fields, `${name}${isList ? '[]' : ''}.`);
    return isList ? [row(name, field), ...below] : below;
  });
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function row(name: string, { type, required, default: fallback, description }: FieldReference): string {
  const value = required ? 'required' : fallback === undefined ? '' : `\`${formatInline(fallback)}\``;
  return `| \`${name}\` | ${cell(type)} | ${cell(value)} | ${cell(description)} |`;
}

function table(body: readonly string[]): string {
  if (body.length === 0) return 'It takes no keys.';
  return ['| key | type | default | what it does |', '|---|---|---|---|', ...body].join('\n');
}
