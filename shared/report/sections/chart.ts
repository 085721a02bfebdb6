import type { Interval } from '../../stats/interval.ts';

/** A chart as data: what it shows and in which units. The renderer chooses colors, symbols and positions. */
export type Chart = {
  title: string;
  /** Tells the reader which statistic the chart shows, for how many requests, and with which intervals. */
  subtitle: string;
  /** The chart's values as sentences, for readers who cannot see the chart. */
  words: readonly string[];
  /** Names in the legend, in this order. Empty if there is no legend. */
  legend: readonly string[];
  /** The plots, one above the other. */
  panels: readonly Panel[];
  series: readonly Series[];
};

/** A chart, or the reason why the report does not contain its data. */
export type ChartOrReason = Chart | { reason: string };

export type Panel = { heightPx: number; x: Axis; y: Axis | Rows };

export type Axis = {
  /** Name of the quantity with its unit. Empty, without axis labels, if the panel below has the same axis. */
  name: string;
  /** `time`: no label at the end. `ratio`: values are multiples, a line marks 1, and neither end has a label. */
  scale?: 'logarithmic' | 'time' | 'ratio';
  /** Whether the axis starts near the smallest value instead of zero. */
  isTight?: boolean;
  min?: number;
  max?: number;
  splitNumber?: number;
  /** Positions of the ticks. Default: round values. */
  ticks?: readonly number[];
};

/** An axis with one row for each name, from top to bottom. */
export type Rows = { rows: readonly string[]; hasLines?: boolean };

/** A position on both axes. `y` is null if there is no value at `x`. */
export type Point = readonly [x: number, y: number | null];

/** What is drawn for one target, in its color. `panelIndex` is 0 if absent. */
export type Series = { panelIndex?: number } & (
  | {
      kind: 'line';
      name: string;
      targetIndex: number;
      points: readonly Point[];
      widthPx: number;
      isDashed: boolean;
      /** The mark at each point: the target's symbol, the outline of the symbol, or a dot. Absent: no marks. */
      mark?: 'symbol' | 'hollow' | 'dot';
    }
  | {
      kind: 'marks';
      name: string;
      /** Null for failures, which have the same mark for all targets. */
      targetIndex: number | null;
      points: readonly Point[];
      sizePx: number;
      isHollow?: boolean;
      isFaint?: boolean;
      offsetPx?: number;
      label?: { text: string; isBelow: boolean };
    }
  /** Intervals, drawn vertically, or horizontally with one in each row. `at` is the position on the other axis. */
  | {
      kind: 'intervals';
      targetIndex: number;
      intervals: readonly { at: number; interval: Pick<Interval, 'low' | 'high'> | null }[];
      isUpright: boolean;
      isDashed?: boolean;
      /** How far horizontal intervals are below the middle of their row. */
      offsetPx?: number;
    }
);

/** Formats counts as "n = 150 requests", or as "n = 148 to 150 requests" if they differ. */
export function describeCounts(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const show = (count: number) => count.toLocaleString('en-US');
  return least === most ? `n = ${show(least)} requests` : `n = ${show(least)} to ${show(most)} requests`;
}
