import { getLoadValue } from '../../build/level-result.ts';
import type { Report } from '../../model/report.ts';
import type { Compared } from '../../model/run-comparison.ts';
import type { Labels } from '../../sections/labels.ts';
import { formatLoad } from '../../words/describe-load.ts';
import { formatShort } from '../../words/format-number.ts';
import { plainText } from '../../words/plain-text.ts';
import { makeHorizontalAxis, makeRowAxis, measureLabelRoom } from './axis.ts';
import type { ChartOrReason } from './chart.ts';
import type { ChartTheme } from './chart-theme.ts';
import { chooseStyle, drawMarks, drawWhiskers } from './draw-series.ts';

const shown = [
  { metric: 'ttftMs', statistic: 'p50', window: null, label: 'TTFT, median' },
  { metric: 'itlMs', statistic: 'p50', window: null, label: 'ITL, median' },
  { metric: 'e2eLatencyMs', statistic: 'p50', window: null, label: 'End to end, median' },
  { metric: 'completedRequestsPerMinute', statistic: null, window: 'steady', label: 'Requests per minute' },
  { metric: 'costPerThousandRequestsUsd', statistic: null, window: null, label: 'Cost' },
] as const;

/** Where all loads would take more, only the lowest and the highest are drawn; the tables have them all. */
const maxPlotPx = 640;
const rowPx = 24;
/** Between the ratios of one row, one below the other. */
const lanePx = 11;

type Ratio = { targetIndex: number; label: string; ratio: number; figure: Compared };
/** One metric at one load: the ratios of all other targets. */
type Row = { label: string; load: string; loadValue: number; ratios: Ratio[] };

/** Builds a chart of how many times the base each figure of the other targets is, at the same load. */
export function buildComparisonChart(report: Report, labels: Labels): ChartOrReason {
  const [first] = report.comparisons;
  if (first === undefined) return { withheld: 'no two targets were measured at the same load' };
  const all = listRows(report, labels);
  if (all.length === 0) return { withheld: 'no figure of two targets can be set side by side' };
  const base = labels.target(first.baseTargetId);
  const others = [...new Set(all.flatMap(({ ratios }) => ratios.map(({ label }) => label)))];
  const rowHeightPx = rowPx + (others.length - 1) * lanePx;
  const rows = all.length * rowHeightPx > maxPlotPx ? findOuterLoads(all) : all;
  return {
    title: `Each figure as a multiple of that of ${base}`,
    subtitle: `ratio to ${base} at the same load (1: the same), with 95 % intervals where there are any${rows.length < all.length ? '; the lowest and the highest load' : ''}`,
    words: rows.flatMap(({ load, ratios }) =>
      ratios.flatMap(({ figure: { statement } }) =>
        statement === null ? [] : plainText(load === '' ? statement : `At ${load}: ${statement}`),
      ),
    ),
    plotHeight: rowPx + rows.length * rowHeightPx,
    legend: others.length > 1 ? others : [],
    left: measureLabelRoom(rows.map(({ label }) => label)),
    option: (theme) => drawRows(rows, others, theme),
  };
}

/** Metric by metric, so that the same metric of all loads stands together. */
function listRows(report: Report, labels: Labels): Row[] {
  const levels = [...new Set(report.comparisons.map(({ levelIndex }) => levelIndex))];
  return shown.flatMap(({ label, ...what }) =>
    levels.flatMap((levelIndex): Row[] => {
      const ratios = report.comparisons
        .filter((comparison) => comparison.levelIndex === levelIndex)
        .flatMap(({ targetId, metrics }): Ratio[] => {
          const figure = metrics.find(
            (each) => each.metric === what.metric && each.statistic === what.statistic && each.window === what.window,
          );
          if (figure === undefined || figure.ratio === null || figure.ratio <= 0) return [];
          const [targetIndex, target] = [labels.targetIndex(targetId), labels.target(targetId)];
          return [{ targetIndex, label: target, ratio: figure.ratio, figure }];
        });
      if (ratios.length === 0) return [];
      const stage = report.stages.find((each) => each.levelIndex === levelIndex);
      const load = levels.length < 2 || stage === undefined ? '' : formatLoad(stage);
      const loadValue = stage === undefined ? 0 : getLoadValue(stage);
      return [{ label: load === '' ? label : `${label} @${load}`, load, loadValue, ratios }];
    }),
  );
}

function findOuterLoads(rows: readonly Row[]): Row[] {
  const loads = rows.map(({ loadValue }) => loadValue);
  const [least, most] = [Math.min(...loads), Math.max(...loads)];
  return rows.filter(({ loadValue }) => loadValue === least || loadValue === most);
}

function drawRows(rows: readonly Row[], others: readonly string[], theme: ChartTheme) {
  const ends = rows.flatMap(({ ratios }) =>
    ratios.flatMap(({ ratio, figure: { inference } }) => {
      const interval = inference?.ratio.interval;
      return [ratio, interval?.low ?? ratio, interval?.high ?? ratio].filter((value) => value > 0);
    }),
  );
  const [low, high] = [Math.min(1, ...ends), Math.max(1, ...ends)];
  const margin = Math.max(0.02, (high - low) * 0.08);
  const across = makeHorizontalAxis(theme, { name: 'ratio', min: Math.max(0, low - margin), max: high + margin });
  const labels = { formatter: formatRatio, showMinLabel: false, showMaxLabel: false };
  const down = makeRowAxis(
    theme,
    rows.map(({ label }) => label),
  );
  return {
    legend: { itemWidth: 10 },
    xAxis: { ...across, axisLabel: { ...across.axisLabel, ...labels } },
    // Lines between rows that hold several ratios each.
    yAxis: others.length > 1 ? { ...down, splitLine: { show: true, lineStyle: { color: theme.line } } } : down,
    series: [
      drawOne(theme),
      ...rows.flatMap(({ ratios }, row) =>
        ratios.flatMap((ratio) => {
          const lane = others.indexOf(ratio.label) - (others.length - 1) / 2;
          return drawRatio(ratio, row, lane * lanePx, theme);
        }),
      ),
    ],
  };
}

/** The line at which both are the same. */
function drawOne(theme: ChartTheme) {
  const lineStyle = { color: theme.ink, width: 1.25, type: 'solid' };
  const markLine = { silent: true, symbol: 'none', label: { show: false }, lineStyle, data: [{ xAxis: 1 }] };
  return { type: 'line', name: 'the same', silent: true, symbol: 'none', data: [], markLine };
}

function drawRatio({ targetIndex, label, ratio, figure }: Ratio, row: number, offsetPx: number, theme: ChartTheme) {
  const style = chooseStyle(theme, targetIndex);
  const interval = figure.inference?.ratio.interval ?? null;
  return [
    drawWhiskers(style.color, [{ at: row, interval }], { isUpright: false, offsetPx }),
    { ...drawMarks(label, style, [[ratio, row]], 9), symbolOffset: [0, offsetPx] },
  ];
}

function formatRatio(value: number): string {
  return value >= 10 ? formatShort(value) : String(Number(value.toFixed(3)));
}
