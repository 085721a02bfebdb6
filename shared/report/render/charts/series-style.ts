import type { ChartTheme } from './chart-theme.ts';

const symbols = ['circle', 'rect', 'triangle', 'diamond', 'roundRect'] as const;

/** How a target is drawn: by its colour and its symbol, so that neither is needed alone. */
export function seriesStyle(
  theme: ChartTheme,
  targetIndex: number,
): { color: string; symbol: (typeof symbols)[number] } {
  const color = theme.series[targetIndex % theme.series.length] ?? theme.ink;
  return { color, symbol: symbols[targetIndex % symbols.length] ?? 'circle' };
}
