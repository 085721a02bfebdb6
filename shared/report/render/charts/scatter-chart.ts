import type { ChartData } from '../../model/chart-data.ts';
import type { Regression } from '../../model/regression.ts';
import type { Report, TargetReport } from '../../model/report.ts';
import type { Labels } from '../../sections/labels.ts';
import { formatNumber, formatShort, formatUncertain } from '../../words/format-number.ts';
import { axisLabelRoom, horizontalAxis, verticalAxis } from './axis.ts';
import { type ChartOrReason, withhold } from './chart.ts';
import type { ChartTheme } from './chart-theme.ts';
import { describeCounts } from './describe-interval.ts';
import { seriesStyle } from './series-style.ts';

type Point = ChartData['requests'][number]['points'][number];
type Predictor = 'inputTokens' | 'outputTokens';

export type ScatterSpec = {
  title: string;
  x: Predictor;
  xName: string;
  y: 'ttftMs' | 'e2eLatencyMs';
  yName: string;
  fit: 'prefill' | 'e2e';
};

type Own = { target: TargetReport; label: string; points: readonly Point[]; n: number; regression: Regression };

/** Single requests of each target, with the line that the regression of the report gives. */
export function scatterChart(report: Report, labels: Labels, spec: ScatterSpec): ChartOrReason {
  const own = report.targets.map((target): Own => {
    const { n, points } = report.charts.requests.find((each) => each.targetId === target.targetId) ?? {
      n: 0,
      points: [],
    };
    return {
      target,
      label: labels.target(target.targetId),
      points,
      n,
      regression: target.regressions[spec.fit],
    };
  });
  const total = own.reduce((sum, { n }) => sum + n, 0);
  const drawn = own.reduce((sum, { points }) => sum + points.length, 0);
  if (drawn === 0) return withhold('no good request has token counts and latencies');
  const thinned =
    drawn < total
      ? `${formatNumber(drawn, 0)} of ${formatNumber(total, 0)} requests, evenly chosen`
      : total === 1
        ? 'the only good request'
        : `all ${formatNumber(total, 0)} good requests`;
  const fitted = own.filter(({ regression }) => lineOf(regression, spec.x) !== null);
  return {
    withheld: null,
    chart: {
      title: spec.title,
      subtitle: `${thinned}; ${fitted.length === 0 ? 'no fit' : `lines: least squares, ${describeCounts(fitted.map(({ regression }) => regression.n))}`}`,
      words: own.map((each) => describe(each, spec)),
      plotHeight: 260,
      legend: own.length > 1 ? own.filter(({ points }) => points.length > 0).map(({ label }) => label) : [],
      left: axisLabelRoom,
      option: (theme) => ({
        legend: { itemWidth: 10, itemStyle: { opacity: 1 } },
        xAxis: horizontalAxis(theme, { name: spec.xName, scale: true }),
        yAxis: verticalAxis(theme, { name: spec.yName, min: 0 }),
        series: own.flatMap((each, i) => seriesOf(each, i, spec, theme)),
      }),
    },
  };
}

function describe({ label, points, n, regression }: Own, { x }: ScatterSpec): string {
  const range = regression.ranges[x];
  const span = range === null ? '' : ` of ${formatNumber(range.min, 0)} to ${formatNumber(range.max, 0)} ${wordOf(x)}`;
  const shown = `${label}: ${formatNumber(n, 0)} requests${span}${points.length < n ? `, ${points.length} drawn` : ''}`;
  const slope = regression.coefficients.find(({ name }) => name === x);
  if (slope === undefined) return `${shown}; no fit: ${regression.reason ?? 'no coefficient'}.`;
  const quality = regression.rSquared === null ? '' : `, R² ${formatNumber(regression.rSquared, 3)}`;
  const half = (slope.interval.high - slope.interval.low) / 2;
  return `${shown}; each adds ${formatUncertain(slope.value, half)} ms (95 %)${quality}, intercept of the line ${formatShort(lineOf(regression, x)?.intercept ?? 0)} ms.`;
}

function wordOf(predictor: Predictor): string {
  return predictor === 'inputTokens' ? 'input tokens' : 'output tokens';
}

/** The line over one predictor, the other one at its mean. */
function lineOf({ coefficients, ranges }: Regression, x: Predictor): { intercept: number; slope: number } | null {
  const value = (name: string) => coefficients.find((coefficient) => coefficient.name === name)?.value ?? null;
  const [constant, slope] = [value('intercept'), value(x)];
  if (constant === null || slope === null) return null;
  const other: Predictor = x === 'inputTokens' ? 'outputTokens' : 'inputTokens';
  return { intercept: constant + (value(other) ?? 0) * (ranges[other]?.mean ?? 0), slope };
}

function seriesOf({ label, points, regression }: Own, i: number, { x, y }: ScatterSpec, theme: ChartTheme) {
  const { color, symbol } = seriesStyle(theme, i);
  const dots = {
    type: 'scatter',
    name: label,
    silent: true,
    symbol,
    symbolSize: 5,
    itemStyle: { color, opacity: 0.5 },
    data: points.map((point) => [point[x], point[y]]),
  };
  const line = lineOf(regression, x);
  const range = regression.ranges[x];
  if (line === null || range === null) return [dots];
  const ends = [range.min, range.max].map((at) => [at, line.intercept + line.slope * at]);
  const dash = i % 2 === 0 ? 'solid' : 'dashed';
  return [
    dots,
    {
      type: 'line',
      name: `${label}, fit`,
      silent: true,
      symbol: 'none',
      lineStyle: { color, width: 2.5, type: dash },
      data: ends,
    },
  ];
}
