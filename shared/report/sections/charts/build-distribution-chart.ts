import type { DistributionMetric } from '../../model/chart-data.ts';
import type { Report } from '../../model/report.ts';
import { getLoadValue } from '../../words/describe-load.ts';
import { formatShort } from '../../words/format-text.ts';
import { type ChartOrReason, describeCounts, type Point, type Series } from '../chart.ts';
import type { Labels } from '../labels.ts';

/** The quantiles of one stage. `isSecond` is true for the highest load if the target's lowest load also has a curve. */
type Curve = { label: string; targetIndex: number; isSecond: boolean; quantiles: readonly number[]; n: number };

/** If the ratio of the largest to the smallest value is above this number, the axis is logarithmic. */
const longTail = 20;
const marked = [50, 90, 95, 99];
/** Beyond this number of targets, each has only one curve, because more curves would be hard to tell apart. */
const maxTargetsOfTwoCurves = 4;

/** Builds a chart of each target's cumulative distribution of a metric, at the lowest and the highest load. */
export function buildDistributionChart(
  report: Report,
  labels: Labels,
  { title, metric }: { title: string; metric: DistributionMetric },
): ChartOrReason {
  const unit = report.metrics[metric]?.unit ?? '';
  const curves = listCurves(report, labels, metric);
  if (curves.length === 0) return { reason: 'no successful request has a value' };
  if (curves.every(({ n }) => n < 2)) return { reason: 'a distribution needs two or more requests' };
  const values = curves.flatMap(({ quantiles }) => [quantiles[0] ?? 0, quantiles.at(-1) ?? 0]);
  const least = Math.min(...values);
  const isLogarithmic = least > 0 && Math.max(...values) / least > longTail;
  const loads = curves.some(({ isSecond }) => isSecond) ? 'lowest and highest load' : 'highest load';
  return {
    title,
    subtitle: `cumulative share of successful requests; marks at p50, p90, p95, p99; ${describeCounts(curves.map(({ n }) => n))} per curve${curves.length < report.stages.length ? `; ${loads}` : ''}`,
    words: curves.map(({ label, quantiles, n }) => {
      const at = (share: number) => `${formatShort(interpolate(quantiles, share))} ${unit}`;
      return `${label}: p50 ${at(0.5)}, p90 ${at(0.9)}, p95 ${at(0.95)}, maximum ${at(1)} (n = ${n}).`;
    }),
    legend: curves.length > 1 ? curves.map(({ label }) => label) : [],
    panels: [
      {
        heightPx: 240,
        x: { name: unit, isTight: true, ...(isLogarithmic ? { scale: 'logarithmic' } : {}) },
        y: { name: '% of requests', min: 0, max: 100 },
      },
    ],
    series: curves.flatMap(makeCurveSeries),
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

function interpolate(quantiles: readonly number[], share: number): number {
  const position = share * (quantiles.length - 1);
  const below = quantiles[Math.floor(position)] ?? 0;
  const above = quantiles[Math.ceil(position)] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}

function makeCurveSeries({ label, targetIndex, isSecond, quantiles }: Curve): Series[] {
  const last = Math.max(1, quantiles.length - 1);
  const points = quantiles.map((value, k): Point => [value, (100 * k) / last]);
  const marks = marked.map((percent): Point => [interpolate(quantiles, percent / 100), percent]);
  return [
    { kind: 'line', name: label, targetIndex, points, widthPx: 2, isDashed: isSecond },
    { kind: 'marks', name: `${label}, marks`, targetIndex, points: marks, sizePx: 8 },
  ];
}
