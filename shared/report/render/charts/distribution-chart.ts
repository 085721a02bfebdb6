import { loadValueOf } from '../../build/level-result.ts';
import type { DistributionMetric } from '../../model/chart-data.ts';
import type { Report, StageReport } from '../../model/report.ts';
import type { Labels } from '../../sections/labels.ts';
import { formatShort } from '../../words/format-number.ts';
import { axisLabelRoom, horizontalAxis, verticalAxis } from './axis.ts';
import { type ChartOrReason, withhold } from './chart.ts';
import type { ChartTheme } from './chart-theme.ts';
import { describeCounts } from './describe-interval.ts';
import { seriesStyle } from './series-style.ts';

export type DistributionSpec = { title: string; metric: DistributionMetric; unit: string };

type Curve = {
  stage: StageReport;
  label: string;
  targetIndex: number;
  /** One of two of the same target, the one of the higher load. */
  isSecond: boolean;
  quantiles: readonly number[];
  n: number;
};

/** Beyond this ratio of the largest value to the smallest one, a linear axis shows only the tail. */
const longTail = 20;
const marked = [50, 90, 95, 99];
/** Two curves of each of more targets nobody could tell apart. */
const maxTargetsOfTwoCurves = 4;

/** The share of requests that took no longer, for each target; of several loads the lowest and the highest one. */
export function distributionChart(
  report: Report,
  labels: Labels,
  { title, metric, unit }: DistributionSpec,
): ChartOrReason {
  const curves = listCurves(report, labels, metric);
  if (curves.length === 0) return withhold('no good request has a value');
  if (curves.every(({ n }) => n < 2)) return withhold('one request has no distribution');
  const values = curves.flatMap(({ quantiles }) => [quantiles[0] ?? 0, quantiles.at(-1) ?? 0]);
  const least = Math.min(...values);
  const logarithmic = least > 0 && Math.max(...values) / least > longTail;
  const isCut = curves.length < report.stages.length;
  return {
    withheld: null,
    chart: {
      title,
      subtitle: `share of good requests that took no longer; marks at p50, p90, p95, p99; ${describeCounts(curves.map(({ n }) => n))} a curve${isCut ? `; the ${curves.some(({ isSecond }) => isSecond) ? 'lowest and the ' : ''}highest load` : ''}`,
      words: curves.map(({ label, quantiles, n }) => {
        const at = (share: number) => `${formatShort(valueAt(quantiles, share))} ${unit}`;
        return `${label}: half took ${at(0.5)} or less, nine in ten ${at(0.9)}, 95 % ${at(0.95)}, the slowest ${at(1)} (n ${n}).`;
      }),
      plotHeight: 240,
      legend: curves.length > 1 ? curves.map(({ label }) => label) : [],
      left: axisLabelRoom,
      option: (theme) => ({
        xAxis: horizontalAxis(theme, { name: unit, logarithmic, scale: true }),
        yAxis: verticalAxis(theme, { name: '% of requests', min: 0, max: 100 }),
        series: curves.flatMap((curve) => seriesOf(curve, theme)),
      }),
    },
  };
}

function listCurves(report: Report, labels: Labels, metric: DistributionMetric): Curve[] {
  const ids = report.targets.map(({ targetId }) => targetId);
  return ids.flatMap((id, targetIndex) => {
    const own = report.stages
      .filter((stage) => stage.targetId === id)
      .toSorted((a, b) => loadValueOf(a) - loadValueOf(b))
      .flatMap((stage) => {
        const data = report.charts.distributions.find(
          (each) => each.stageIndex === stage.stageIndex && each.metric === metric,
        );
        return data === undefined ? [] : [{ stage, data }];
      });
    const highest = own.length > 1 ? own.at(-1) : undefined;
    const lowest = highest !== undefined && ids.length > maxTargetsOfTwoCurves ? undefined : own[0];
    return [lowest, highest].flatMap((each) => {
      if (each === undefined) return [];
      const { quantiles, n } = each.data;
      const label = labels.stage(each.stage);
      return [
        { stage: each.stage, label, targetIndex, isSecond: lowest !== undefined && each === highest, quantiles, n },
      ];
    });
  });
}

/** Between the quantiles that the report has, on a straight line. */
function valueAt(quantiles: readonly number[], share: number): number {
  const position = share * (quantiles.length - 1);
  const below = quantiles[Math.floor(position)] ?? 0;
  const above = quantiles[Math.ceil(position)] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}

function seriesOf({ label, targetIndex, isSecond, quantiles }: Curve, theme: ChartTheme) {
  const { color, symbol } = seriesStyle(theme, targetIndex);
  const last = Math.max(1, quantiles.length - 1);
  return [
    {
      type: 'line',
      name: label,
      silent: true,
      symbol: 'none',
      lineStyle: { color, width: 2, type: isSecond ? 'dashed' : 'solid' },
      itemStyle: { color },
      data: quantiles.map((value, k) => [value, (100 * k) / last]),
    },
    {
      type: 'scatter',
      name: `${label}, marks`,
      silent: true,
      symbol,
      symbolSize: 8,
      itemStyle: { color },
      data: marked.map((percent) => [valueAt(quantiles, percent / 100), percent]),
    },
  ];
}
