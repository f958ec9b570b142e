import { panel, type Panel, type PanelOptions } from './panel.ts';

type TimeSeriesOptions = Omit<PanelOptions, 'width' | 'height'> & {
  readonly width?: number;
  readonly height?: number;
  /** On top of one another: for parts of a whole. */
  readonly isStacked?: boolean;
  /** For what spans powers of ten. */
  readonly isLogarithmic?: boolean;
};

/** Lines over time, with a legend that says the last, mean and highest value. Thresholds show as lines. */
export function timeSeries({
  isStacked = false,
  isLogarithmic = false,
  width = 12,
  height = 8,
  ...options
}: TimeSeriesOptions): Panel {
  return panel(
    { ...options, width, height },
    {
      type: 'timeseries',
      format: 'time_series',
      isInstant: false,
      colorMode: 'palette-classic',
      custom: {
        drawStyle: 'line',
        lineInterpolation: 'linear',
        lineWidth: 1,
        fillOpacity: isStacked ? 40 : 8,
        gradientMode: 'none',
        showPoints: 'never',
        spanNulls: false,
        stacking: { mode: isStacked ? 'normal' : 'none', group: 'A' },
        scaleDistribution: isLogarithmic ? { type: 'log', log: 10 } : { type: 'linear' },
        thresholdsStyle: { mode: options.thresholds === undefined ? 'off' : 'dashed' },
      },
      options: {
        legend: {
          displayMode: 'table',
          placement: 'bottom',
          showLegend: true,
          calcs: ['lastNotNull', 'mean', 'max'],
        },
        tooltip: { mode: 'multi', sort: 'desc' },
      },
    },
  );
}
