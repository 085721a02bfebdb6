import type { Report } from '../../model/report.ts';
import type { Regression } from '../../model/result.ts';
import { formatNumber, formatShort, formatUncertain } from '../../words/format-text.ts';
import { type ChartOrReason, describeCounts, type Point, type Series } from '../chart.ts';
import type { Labels } from '../labels.ts';

type Points = Report['charts']['requests'][number]['points'];
type Predictor = 'inputTokens' | 'outputTokens';

type ScatterPlan = {
  title: string;
  x: Predictor;
  xName: string;
  y: 'ttftMs' | 'e2eLatencyMs';
  yName: string;
  fit: 'prefill' | 'e2e';
};

type Cloud = { label: string; points: Points; n: number; regression: Regression; line: Line | null };
type Line = { intercept: number; slope: number };

/** Builds a chart of each target's individual requests and the regression line that the report contains. */
export function buildScatterChart(report: Report, labels: Labels, plan: ScatterPlan): ChartOrReason {
  const clouds = report.targets.map(({ targetId, regressions }): Cloud => {
    const { n = 0, points = [] } = report.charts.requests.find((each) => each.targetId === targetId) ?? {};
    const regression = regressions[plan.fit];
    return { label: labels.target(targetId), points, n, regression, line: findLine(regression, plan.x) };
  });
  const total = clouds.reduce((sum, { n }) => sum + n, 0);
  const drawn = clouds.reduce((sum, { points }) => sum + points.length, 0);
  if (drawn === 0) return { reason: 'no successful request has token counts and latencies' };
  const thinned =
    drawn < total
      ? `${formatNumber(drawn, 0)} of ${formatNumber(total, 0)} requests, evenly selected`
      : total === 1
        ? 'the only successful request'
        : `all ${formatNumber(total, 0)} successful, undisturbed requests`;
  const counts = clouds.flatMap(({ line, regression }) => (line === null ? [] : [regression.n]));
  const fit = counts.length === 0 ? 'no fit' : `lines: least squares fit, ${describeCounts(counts)} per line`;
  return {
    title: plan.title,
    subtitle: `${thinned}; ${fit}`,
    words: clouds.map((cloud) => describe(cloud, plan)),
    legend: clouds.length > 1 ? clouds.filter(({ points }) => points.length > 0).map(({ label }) => label) : [],
    panels: [{ heightPx: 260, x: { name: plan.xName, isTight: true }, y: { name: plan.yName, min: 0 } }],
    series: clouds.flatMap((cloud, i) => makeCloudSeries(cloud, i, plan)),
  };
}

function describe({ label, points, n, regression, line }: Cloud, { x }: ScatterPlan): string {
  const range = regression.ranges[x];
  const word = x === 'inputTokens' ? 'input tokens' : 'output tokens';
  const span = range === null ? '' : ` of ${formatNumber(range.min, 0)} to ${formatNumber(range.max, 0)} ${word}`;
  const shown = `${label}: ${formatNumber(n, 0)} requests${span}${points.length < n ? `, ${points.length} drawn` : ''}`;
  const slope = regression.coefficients.find(({ name }) => name === x);
  if (slope === undefined) return `${shown}; no fit: ${regression.reason ?? 'no coefficient'}.`;
  const quality = regression.rSquared === null ? '' : `, R² = ${formatNumber(regression.rSquared, 3)}`;
  const half = (slope.interval.high - slope.interval.low) / 2;
  return `${shown}; each ${word.slice(0, -1)} adds ${formatUncertain(slope.value, half)} ms (± is half the width of the 95 % interval)${quality}; intercept ${formatShort(line?.intercept ?? 0)} ms.`;
}

/** Returns the regression line for one predictor, with the other predictor at its mean. */
function findLine({ coefficients, ranges }: Regression, x: Predictor): Line | null {
  const find = (name: string) => coefficients.find((coefficient) => coefficient.name === name)?.value ?? null;
  const [constant, slope] = [find('intercept'), find(x)];
  if (constant === null || slope === null) return null;
  const other: Predictor = x === 'inputTokens' ? 'outputTokens' : 'inputTokens';
  return { intercept: constant + (find(other) ?? 0) * (ranges[other]?.mean ?? 0), slope };
}

function makeCloudSeries(
  { label, points, regression, line }: Cloud,
  targetIndex: number,
  { x, y }: ScatterPlan,
): Series[] {
  const data = points.map((point): Point => [point[x], point[y]]);
  const dots: Series = { kind: 'marks', name: label, targetIndex, points: data, sizePx: 5, isFaint: true };
  const range = regression.ranges[x];
  if (line === null || range === null) return [dots];
  const ends = [range.min, range.max].map((at): Point => [at, line.intercept + line.slope * at]);
  const isDashed = targetIndex % 2 === 1;
  return [dots, { kind: 'line', name: `${label}, fit`, targetIndex, points: ends, widthPx: 2.5, isDashed }];
}
