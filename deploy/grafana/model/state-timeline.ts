import { panel, type Panel, type PanelOptions } from './panel.ts';

/** What state something was in, over time, in the words of its value mappings. */
export function stateTimeline(
  options: Omit<PanelOptions, 'width' | 'height'> & { readonly height?: number },
): Panel {
  return panel(
    { height: 5, ...options, width: 24 },
    {
      type: 'state-timeline',
      format: 'time_series',
      isInstant: false,
      colorMode: 'thresholds',
      custom: { fillOpacity: 80, lineWidth: 0 },
      options: {
        alignValue: 'center',
        mergeValues: true,
        rowHeight: 0.9,
        showValue: 'auto',
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
        tooltip: { mode: 'single', sort: 'none' },
      },
    },
  );
}
