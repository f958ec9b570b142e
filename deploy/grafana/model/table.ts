import type { DataLink, FieldProperty, Override } from './json.ts';
import { panel, type Panel, type PanelOptions } from './panel.ts';

/** A column that is made of a label, or of a query's value: then its name is `Value`, or `Value #B` with several queries. */
export interface Column {
  readonly name: string;
  readonly title: string;
  readonly unit?: string;
  readonly links?: readonly DataLink[];
  /** Shows the thresholds' color behind the value. */
  readonly isColored?: boolean;
}

type TableOptions = Omit<PanelOptions, 'width' | 'height' | 'dataLinks'> & {
  readonly columns: readonly Column[];
  /** Labels that nobody needs to see. */
  readonly hidden?: readonly string[];
  /** The column's title. */
  readonly largestFirst?: string;
  readonly smallestFirst?: string;
  readonly width?: number;
  readonly height?: number;
};

function override({ name, unit, links, isColored = false }: Column): Override[] {
  const properties: FieldProperty[] = [];
  if (unit !== undefined) properties.push({ id: 'unit', value: unit });
  if (links !== undefined) properties.push({ id: 'links', value: links });
  if (isColored) {
    const cell = { type: 'color-background', mode: 'basic' };
    properties.push({ id: 'custom.cellOptions', value: cell });
  }
  return properties.length === 0 ? [] : [{ matcher: { id: 'byName', options: name }, properties }];
}

/** The labels of series and their values of now. Several queries are joined where all their labels are the same. */
export function table({
  columns,
  hidden = [],
  largestFirst,
  smallestFirst,
  width = 12,
  height = 9,
  ...options
}: TableOptions): Panel {
  const titles = Object.fromEntries(columns.map(({ name, title }) => [name, title]));
  const order = Object.fromEntries(columns.map(({ name }, index) => [name, index]));
  const isJoined = options.queries.length > 1;
  const sortBy = largestFirst ?? smallestFirst;
  return panel(
    { ...options, width, height },
    {
      type: 'table',
      format: 'table',
      isInstant: true,
      colorMode: 'thresholds',
      custom: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false, filterable: true },
      overrides: columns.map((column) => ({ ...column, name: column.title })).flatMap(override),
      options: {
        frameIndex: 0,
        showHeader: true,
        cellHeight: 'sm',
        sortBy: sortBy === undefined ? [] : [{ displayName: sortBy, desc: largestFirst !== undefined }],
      },
      transformations: [
        ...(isJoined ? [{ id: 'merge', options: {} }] : []),
        {
          id: 'organize',
          options: {
            excludeByName: Object.fromEntries(['Time', ...hidden].map((name) => [name, true])),
            indexByName: order,
            renameByName: titles,
          },
        },
      ],
    },
  );
}
