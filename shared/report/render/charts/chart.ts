import type { EChartsCoreOption } from 'echarts/core';
import type { ChartTheme } from './chart-theme.ts';

/** A chart before it is drawn. */
export type Chart = {
  title: string;
  /** Which statistic of how many requests, and how the intervals are shown. */
  subtitle: string;
  /** What the chart shows, as sentences: for whoever cannot see it. */
  words: readonly string[];
  /** Of the plot, without title and legend. */
  plotHeight: number;
  /** Names of the legend, in order; empty where one is not needed. */
  legend: readonly string[];
  /** Width in px that the labels left of the plot take. */
  left: number;
  /** What the library draws; grids are placed relative to the plot. */
  option(theme: ChartTheme): EChartsCoreOption;
};

/** A chart, or why the report cannot carry it. */
export type ChartOrReason = Chart | { withheld: string };

/** "n 150", or "n 148 to 150" of several. */
export function describeCounts(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const show = (count: number) => count.toLocaleString('en-US');
  return least === most ? `n ${show(least)}` : `n ${show(least)} to ${show(most)}`;
}
