import { collectorSchema, sections } from '../pipeline/config/collector-config.ts';
import { componentKinds } from '../pipeline/config/component-id.ts';
import type { ComponentSchemas, SchemasByType } from '../pipeline/config/components.ts';
import { formatInline } from '../pipeline/config/format-yaml.ts';
import type { FieldReference } from '../pipeline/config/schemas/schema.ts';

/** Writes docs/configuration.md from the schemas in the code. */

const introduction = `<!-- Made from the schemas in the code by \`make docs\`. -->

# Configuration

The shape is the OpenTelemetry Collector's: components by \`type\` or \`type/name\`, joined by pipelines. \`\${env:VAR}\` and
\`\${env:VAR:-default}\` are expanded in values, \`$$\` is a dollar. \`ebs-nvme-collector validate --config FILE\` names every mistake with
its line and column; \`ebs-nvme-collector config --config FILE\` prints what will run.`;

export function renderConfigurationReference(schemas: ComponentSchemas): string {
  const nothingDefined = { receiver: [], processor: [], exporter: [] };
  const whole = collectorSchema(schemas, nothingDefined, false).fields;
  const parts = componentKinds.flatMap((kind) => {
    const described = whole.find(({ key }) => key === sections[kind])?.description ?? '';
    return [`## ${sections[kind]}`, described].concat(componentTables(schemas[sections[kind]]));
  });
  const service = whole.find(({ key }) => key === 'service');
  return `${[introduction, ...parts, '## service', service?.description ?? '', serviceTable(service?.fields ?? [])].join('\n\n')}\n`;
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
