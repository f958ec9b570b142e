import { panel, type Panel, type PanelOptions } from './panel.ts';

/** Cumulative histogram buckets over time: the query gives one series a `le`, the legend is `{{le}}`. */
export function heatmap(
  options: Omit<PanelOptions, 'width' | 'height' | 'thresholds'> & {
    /** What a cell counts. */
    readonly cellUnit: string;
  },
): Panel {
  return panel(
    { ...options, width: 12, height: 9 },
    {
      type: 'heatmap',
      format: 'heatmap',
      isInstant: false,
      colorMode: 'thresholds',
      custom: { scaleDistribution: { type: 'linear' } },
      options: {
        calculate: false,
        cellGap: 1,
        cellValues: { unit: options.cellUnit },
        color: {
          mode: 'scheme',
          scheme: 'Turbo',
          scale: 'exponential',
          exponent: 0.5,
          fill: 'dark-orange',
          reverse: false,
          steps: 64,
        },
        exemplars: { color: 'rgba(255,0,255,0.7)' },
        // Cells that hold next to nothing are rounding of rates, not operations.
        filterValues: { le: 1e-9 },
        legend: { show: true },
        rowsFrame: { layout: 'auto' },
        showValue: 'never',
        tooltip: { mode: 'single', yHistogram: true, showColorScale: true },
        yAxis: { axisPlacement: 'left', unit: options.unit, reverse: false },
      },
    },
  );
}
