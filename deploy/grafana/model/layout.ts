import type { GridPosition, PanelJson, RowJson } from './json.ts';
import type { Panel } from './panel.ts';

/** A row of the dashboard, and the panels below it. */
export interface Section {
  readonly title: string;
  readonly panels: readonly Panel[];
  /** Its queries cost enough that they run when somebody opens it. */
  readonly isCollapsed?: boolean;
}

const columns = 24;

/** Left to right, as words are set in lines; a line is as high as its highest panel. */
function flow(
  panels: readonly Panel[],
  top: number,
): { readonly positions: readonly GridPosition[]; readonly bottom: number } {
  const positions: GridPosition[] = [];
  let x = 0;
  let y = top;
  let bottom = top;
  for (const { width, height } of panels) {
    if (x + width > columns) {
      x = 0;
      y = bottom;
    }
    positions.push({ h: height, w: width, x, y });
    x += width;
    bottom = Math.max(bottom, y + height);
  }
  return { positions, bottom };
}

/** Gives every panel its place and its number. */
export function layOut(sections: readonly Section[]): readonly (PanelJson | RowJson)[] {
  let id = 0;
  let y = 0;
  return sections.flatMap(({ title, panels, isCollapsed = false }): (PanelJson | RowJson)[] => {
    const row = { id: ++id, type: 'row' as const, title, gridPos: { h: 1, w: columns, x: 0, y } };
    const { positions, bottom } = flow(panels, y + 1);
    const placed = positions.flatMap((gridPos, index): PanelJson[] => {
      const each = panels[index];
      return each === undefined ? [] : [{ id: ++id, gridPos, ...each.body }];
    });
    y = isCollapsed ? y + 1 : bottom;
    return isCollapsed
      ? [{ ...row, collapsed: true, panels: placed }]
      : [{ ...row, collapsed: false, panels: [] }, ...placed];
  });
}
