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
export type ChartOrReason = { chart: Chart; withheld: null } | { chart: null; withheld: string };

export function withhold(reason: string): ChartOrReason {
  return { chart: null, withheld: reason };
}
