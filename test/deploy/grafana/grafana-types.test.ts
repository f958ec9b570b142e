import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { dashboards } from '../../../deploy/grafana/dashboards.ts';
import type { DashboardJson, PanelType } from '../../../deploy/grafana/model/json.ts';
import { panelsOf } from './interpolate.ts';

/**
 * The dashboards against Grafana's own types, which it generates from the schema of its dashboards: the JSON as literals, and
 * the compiler as the judge. It finds fields that Grafana does not know and values that none of its enums has.
 */

const root = fileURLToPath(new URL('../../../', import.meta.url));
const grafana = join(root, 'node_modules/@grafana/schema');
const panelTypes = `${grafana}/dist/types/raw/composable`;

/** The module and the names of the types of a kind of panel: of its options, and of its fields where it adds to them. */
const typesOf: Readonly<Record<PanelType, { module: string; options: string; field: string }>> = {
  stat: { module: `${panelTypes}/stat/panelcfg/x/types.gen`, options: 'stat.Options', field: 'Nothing' },
  timeseries: {
    module: `${panelTypes}/timeseries/panelcfg/x/types.gen`,
    options: 'timeseries.Options',
    field: 'timeseries.FieldConfig',
  },
  heatmap: {
    module: `${panelTypes}/heatmap/panelcfg/x/types.gen`,
    options: 'heatmap.Options',
    field: 'heatmap.FieldConfig',
  },
  'state-timeline': {
    module: `${panelTypes}/statetimeline/panelcfg/x/types.gen`,
    options: 'statetimeline.Options',
    field: 'statetimeline.FieldConfig',
  },
  table: { module: '@grafana/schema', options: 'table.TableOptions', field: 'table.TableFieldOptions' },
};

const head = `import type { Dashboard, FieldConfigSource, Panel, RowPanel } from '@grafana/schema';
${Object.values(typesOf)
  .map(({ module, options }) => `import type * as ${options.split('.')[0]} from '${module}';`)
  .join('\n')}
type Nothing = Record<string, never>;
/** As in JSON: the values of an enum are texts and numbers. */
type Json<T> = T extends string
  ? \`\${T}\`
  : T extends number | boolean | null | undefined
    ? T
    : unknown extends T
      ? unknown
      : T extends readonly (infer Item)[]
        ? Json<Item>[]
        : { [Key in keyof T]: Json<T[Key]> };
`;

/** Each part by itself: of a union of types the compiler lets a literal have the fields of any. */
function literals(dashboard: DashboardJson): string {
  const { panels, ...rest } = dashboard;
  const declare = (name: string, type: string, value: unknown) =>
    `export const ${name}: ${type} = ${JSON.stringify(value, undefined, 1)};`;
  const rows = panels.flatMap((each) => {
    if (each.type !== 'row') return [];
    return declare(`row${each.id}`, 'Json<RowPanel>', { ...each, panels: [] });
  });
  const panelParts = panelsOf(dashboard).flatMap(({ id, fieldConfig, options, ...panel }) => {
    const { options: optionsType, field } = typesOf[panel.type];
    const { custom, ...defaults } = fieldConfig.defaults;
    return [
      declare(`panel${id}`, 'Json<Panel>', { id, ...panel }),
      declare(`options${id}`, `Json<${optionsType}>`, options),
      declare(`fields${id}`, 'Json<FieldConfigSource>', { ...fieldConfig, defaults }),
      declare(`custom${id}`, `Json<Partial<${field}>>`, custom),
    ];
  });
  return [head, declare('dashboard', 'Json<Dashboard>', rest), ...rows, ...panelParts].join('\n');
}

const tsconfig = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: 'es2023',
    module: 'preserve',
    moduleResolution: 'bundler',
    types: [],
    paths: { '@grafana/schema': [`${grafana}/dist/types/index.d.ts`] },
  },
  include: ['*.ts'],
};

/** What the compiler says of these files, by name. */
function compile(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'ebs-nvme-collector-grafana-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.ts`), text);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    const { stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], {
      encoding: 'utf8',
      cwd: folder,
    });
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("Grafana's own types", function () {
  this.timeout(60_000);

  before(() => {
    if (!existsSync(grafana)) throw new Error('@grafana/schema is missing: run npm ci');
  });

  it('know every field and every value of the dashboards', () => {
    const files = Object.fromEntries(dashboards.map((each) => [each.uid, literals(each)]));
    expect(compile(files)).to.equal('');
  });

  it('find a field and a value that Grafana does not know', () => {
    const [dashboard] = dashboards;
    if (dashboard === undefined) throw new Error('no dashboards');
    const text = literals(dashboard);
    const mistakes = [
      ['"graphTooltip"', '"graphToolTip"'],
      ['"noValue"', '"novalue"'],
      ['"mode": "palette-classic"', '"mode": "rainbow"'],
      ['"placement": "bottom"', '"placement": "beneath"'],
      ['"drawStyle": "line"', '"drawStyle": "lines"'],
      ['"colorMode": "background"', '"colorMode": "loud"'],
      ['"cellHeight": "sm"', '"cellHeight": "small"'],
      ['"yHistogram"', '"histogram"'],
    ] as const;
    for (const [right, wrong] of mistakes) {
      const found = compile({ wrong: text.replace(right, wrong) });
      expect(found, wrong).to.include(/"(\w+)"$/.exec(wrong)?.[1]);
    }
  });
});
