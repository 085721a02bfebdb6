import { getLoadValue } from '../../build/level-result.ts';
import type { DistributionMetric } from '../../model/chart-data.ts';
import type { Report } from '../../model/report.ts';
import type { Labels } from '../../sections/labels.ts';
import { formatShort } from '../../words/format-number.ts';
import { axisLabelRoom, makeHorizontalAxis, makeVerticalAxis } from './axis.ts';
import { type ChartOrReason, describeCounts } from './chart.ts';
import type { ChartTheme } from './chart-theme.ts';
import { chooseStyle, drawLine, drawMarks } from './draw-series.ts';

export type DistributionPlan = { title: string; metric: DistributionMetric; unit: string };

/** The quantiles of a stage; of two of the same target, the second is that of the higher load. */
type Curve = { label: string; targetIndex: number; isSecond: boolean; quantiles: readonly number[]; n: number };

/** Beyond this ratio of the largest value to the smallest one, a linear axis shows only the tail. */
const longTail = 20;
const marked = [50, 90, 95, 99];
/** Two curves of each of more targets nobody could tell apart. */
const maxTargetsOfTwoCurves = 4;

/** Builds a chart of the share of requests that took no longer, for each target; of several loads the lowest and the highest one. */
export function buildDistributionChart(
  report: Report,
  labels: Labels,
  { title, metric, unit }: DistributionPlan,
): ChartOrReason {
  const curves = listCurves(report, labels, metric);
  if (curves.length === 0) return { withheld: 'no good request has a value' };
  if (curves.every(({ n }) => n < 2)) return { withheld: 'one request has no distribution' };
  const values = curves.flatMap(({ quantiles }) => [quantiles[0] ?? 0, quantiles.at(-1) ?? 0]);
  const least = Math.min(...values);
  const logarithmic = least > 0 && Math.max(...values) / least > longTail;
  const loads = curves.some(({ isSecond }) => isSecond) ? 'lowest and the highest load' : 'highest load';
  return {
    title,
    subtitle: `share of good requests that took no longer; marks at p50, p90, p95, p99; ${describeCounts(curves.map(({ n }) => n))} a curve${curves.length < report.stages.length ? `; the ${loads}` : ''}`,
    words: curves.map(({ label, quantiles, n }) => {
      const at = (share: number) => `${formatShort(interpolate(quantiles, share))} ${unit}`;
      return `${label}: half took ${at(0.5)} or less, nine in ten ${at(0.9)}, 95 % ${at(0.95)}, the slowest ${at(1)} (n ${n}).`;
    }),
    plotHeight: 240,
    legend: curves.length > 1 ? curves.map(({ label }) => label) : [],
    left: axisLabelRoom,
    option: (theme) => ({
      xAxis: makeHorizontalAxis(theme, { name: unit, logarithmic, scale: true }),
      yAxis: makeVerticalAxis(theme, { name: '% of requests', min: 0, max: 100 }),
      series: curves.flatMap((curve) => drawCurve(curve, theme)),
    }),
  };
}

function listCurves({ targets, stages, charts }: Report, labels: Labels, metric: DistributionMetric): Curve[] {
  return targets.flatMap(({ targetId }, targetIndex) => {
    const own = stages
      .filter((stage) => stage.targetId === targetId)
      .toSorted((a, b) => getLoadValue(a) - getLoadValue(b))
      .flatMap((stage) => {
        const data = charts.distributions.find(
          (each) => each.stageIndex === stage.stageIndex && each.metric === metric,
        );
        return data === undefined ? [] : [{ ...data, label: labels.stage(stage) }];
      });
    const highest = own.length > 1 ? own.at(-1) : undefined;
    const lowest = highest !== undefined && targets.length > maxTargetsOfTwoCurves ? undefined : own[0];
    return [lowest, highest].flatMap((each) =>
      each === undefined ? [] : [{ ...each, targetIndex, isSecond: lowest !== undefined && each === highest }],
    );
  });
}

/** Between the quantiles that the report has, on a straight line. */
function interpolate(quantiles: readonly number[], share: number): number {
  const position = share * (quantiles.length - 1);
  const below = quantiles[Math.floor(position)] ?? 0;
  const above = quantiles[Math.ceil(position)] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}

function drawCurve({ label, targetIndex, isSecond, quantiles }: Curve, theme: ChartTheme) {
  const style = chooseStyle(theme, targetIndex);
  const last = Math.max(1, quantiles.length - 1);
  const data = quantiles.map((value, k) => [value, (100 * k) / last]);
  const marks = marked.map((percent) => [interpolate(quantiles, percent / 100), percent]);
  return [
    drawLine(label, style.color, data, { width: 2, isDashed: isSecond }),
    drawMarks(`${label}, marks`, style, marks),
  ];
}
