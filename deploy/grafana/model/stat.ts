import { panel, type Panel, type PanelOptions } from './panel.ts';

type StatOptions = Omit<PanelOptions, 'width' | 'height'> & {
  readonly width?: number;
  readonly height?: number;
  /** Colors the whole panel: for what wants to be seen from afar. */
  readonly isLoud?: boolean;
};

/** One number of now, large. Several where a query gives several: each with its name. */
export function stat({ isLoud = false, width = 4, height = 4, ...options }: StatOptions): Panel {
  return panel(
    { ...options, width, height },
    {
      type: 'stat',
      format: 'time_series',
      isInstant: true,
      colorMode: 'thresholds',
      options: {
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        orientation: 'auto',
        textMode: 'auto',
        wideLayout: true,
        colorMode: isLoud ? 'background' : 'value',
        graphMode: 'none',
        justifyMode: 'auto',
        showPercentChange: false,
        percentChangeColorMode: 'standard',
      },
    },
  );
}
