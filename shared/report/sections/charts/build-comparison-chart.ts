import type { Report } from '../../model/report.ts';
import type { Compared } from '../../model/run-comparison.ts';
import { formatLoad, getLoadValue } from '../../words/describe-load.ts';
import { cleanText } from '../../words/format-text.ts';
import type { Axis, ChartOrReason, Series } from '../chart.ts';
import type { Labels } from '../labels.ts';
import { describeCompared } from '../write-comparisons.ts';

const shown = [
  { metric: 'ttftMs', statistic: 'p50', window: null, label: 'TTFT, median' },
  { metric: 'itlMs', statistic: 'p50', window: null, label: 'ITL, median' },
  { metric: 'e2eLatencyMs', statistic: 'p50', window: null, label: 'End-to-end, median' },
  { metric: 'completedRequestsPerMinute', statistic: null, window: 'steady', label: 'Requests per minute' },
  { metric: 'costPerThousandRequestsUsd', statistic: null, window: null, label: 'Cost' },
] as const;

/** Maximum height in px of all rows. If the rows are taller, the chart shows only the lowest and the highest load. */
const maxPlotPx = 640;
const rowPx = 24;
/** Vertical distance in px between the symbols of two ratios in one row. */
const lanePx = 11;

type Ratio = { targetIndex: number; label: string; ratio: number; compared: Compared };
/** One metric at one load: the ratios of all other targets to the first target. */
type Row = { label: string; load: string; loadValue: number; ratios: Ratio[] };

/** Builds a chart of each target's metrics as ratios to the first target's metrics at the same load. */
export function buildComparisonChart(report: Report, labels: Labels): ChartOrReason {
  const [first] = report.comparisons;
  if (first === undefined) return { reason: 'no two targets were measured at the same load' };
  const all = listRows(report, labels);
  if (all.length === 0) return { reason: 'no metric has a ratio between the targets' };
  const base = labels.target(first.baseTargetId);
  const others = [...new Set(all.flatMap(({ ratios }) => ratios.map(({ label }) => label)))];
  const rowHeightPx = rowPx + (others.length - 1) * lanePx;
  const rows = all.length * rowHeightPx > maxPlotPx ? findOuterLoads(all) : all;
  return {
    title: `Metrics relative to ${base}`,
    subtitle: `ratio to ${base} at the same load (1 = no difference), with 95 % intervals if available${rows.length < all.length ? '; lowest and highest load' : ''}`,
    words: rows.flatMap(({ load, ratios }) =>
      ratios.flatMap(({ label, compared }) => {
        const statement = describeCompared(compared, { base, target: label });
        return statement === null ? [] : cleanText(load === '' ? statement : `At ${load}: ${statement}`);
      }),
    ),
    legend: others.length > 1 ? others : [],
    panels: [
      {
        heightPx: rowPx + rows.length * rowHeightPx,
        x: makeRatioAxis(rows),
        y: { rows: rows.map(({ label }) => label), hasLines: others.length > 1 },
      },
    ],
    series: rows.flatMap(({ ratios }, rowIndex) =>
      ratios.flatMap((ratio) => {
        const lane = others.indexOf(ratio.label) - (others.length - 1) / 2;
        return makeRatioSeries(ratio, rowIndex, lane * lanePx);
      }),
    ),
  };
}

function listRows(report: Report, labels: Labels): Row[] {
  const levels = [...new Set(report.comparisons.map(({ levelIndex }) => levelIndex))];
  return shown.flatMap(({ label, ...what }) =>
    levels.flatMap((levelIndex): Row[] => {
      const ratios = report.comparisons
        .filter((comparison) => comparison.levelIndex === levelIndex)
        .flatMap(({ targetId, metrics }): Ratio[] => {
          const compared = metrics.find(
            (each) => each.metric === what.metric && each.statistic === what.statistic && each.window === what.window,
          );
          if (compared === undefined || compared.ratio === null || compared.ratio <= 0) return [];
          const [targetIndex, target] = [labels.targetIndex(targetId), labels.target(targetId)];
          return [{ targetIndex, label: target, ratio: compared.ratio, compared }];
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

function makeRatioAxis(rows: readonly Row[]): Axis {
  const ends = rows.flatMap(({ ratios }) =>
    ratios.flatMap(({ ratio, compared: { inference } }) => {
      const interval = inference?.ratio.interval;
      return [ratio, interval?.low ?? ratio, interval?.high ?? ratio].filter((value) => value > 0);
    }),
  );
  const [low, high] = [Math.min(1, ...ends), Math.max(1, ...ends)];
  const margin = Math.max(0.02, (high - low) * 0.08);
  return { name: 'ratio', scale: 'ratio', min: Math.max(0, low - margin), max: high + margin };
}

function makeRatioSeries({ targetIndex, label, ratio, compared }: Ratio, rowIndex: number, offsetPx: number): Series[] {
  const intervals = [{ at: rowIndex, interval: compared.inference?.ratio.interval ?? null }];
  return [
    { kind: 'intervals', targetIndex, intervals, isUpright: false, offsetPx },
    { kind: 'marks', name: label, targetIndex, points: [[ratio, rowIndex]], sizePx: 9, offsetPx },
  ];
}
