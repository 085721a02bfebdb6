import type { RequestMetricName } from '../../../metric-names.ts';
import { measureRate, measureValue, type RateName } from '../../build/measure-value.ts';
import type { Report } from '../../model/report.ts';
import { nameStatistic, titleMetric } from '../../words/describe-metric.ts';
import type { Chart, ChartOrReason } from '../chart.ts';
import type { Block, Section } from '../document.ts';
import { type Labels, labelReport } from '../labels.ts';
import { makeAside } from '../make-blocks.ts';
import { measuredWords, type OriginWords } from '../origin-words.ts';
import { buildComparisonChart } from './build-comparison-chart.ts';
import { buildDistributionChart } from './build-distribution-chart.ts';
import { buildLoadChart } from './build-load-chart.ts';
import { buildScatterChart } from './build-scatter-chart.ts';
import { buildTimelineChart } from './build-timeline-chart.ts';

type Build = (report: Report, labels: Labels, words: OriginWords) => ChartOrReason;

/** Creates the builder of one chart from a general chart builder and this chart's plan. */
const plan =
  <Plan>(build: (report: Report, labels: Labels, plan: Plan) => ChartOrReason, own: Plan): Build =>
  (report, labels) =>
    build(report, labels, own);

type Stage = Report['stages'][number];

function chartQuantiles(metric: RequestMetricName): Build {
  const statistics = (['p50', 'p95'] as const).map((statistic) => ({
    name: nameStatistic(statistic),
    measure: (stage: Stage) => measureValue({ metric, statistic }, stage),
  }));
  return plan(buildLoadChart, { title: titleMetric(metric), metric, note: 'successful requests', statistics });
}

function chartRate(title: string, metric: RateName): Build {
  const note = 'excludes ramp-up and drain if a stage has a steady window; one value per stage, so no interval';
  const measure = (stage: Stage) => measureRate(stage, metric);
  return plan(buildLoadChart, { title, metric, note, statistics: [{ name: 'rate', measure }] });
}

function chartCost(title: string): Build {
  const metric = 'costPerThousandRequestsUsd';
  const measure = (stage: Stage) => measureValue({ metric }, stage);
  const note = 'measured tokens at each target’s prices';
  return plan(buildLoadChart, { title, metric, note, statistics: [{ name: 'mean', measure }] });
}

/** All charts of a report, in the order in which the page shows them. */
const charts = {
  comparison: buildComparisonChart,
  'requests-per-minute': chartRate('Completed requests per minute', 'completedRequestsPerMinute'),
  'output-tokens-per-second': chartRate('Output token throughput', 'outputTokensPerSecondTotal'),
  ttft: chartQuantiles('ttftMs'),
  itl: chartQuantiles('itlMs'),
  'end-to-end': chartQuantiles('e2eLatencyMs'),
  cost: chartCost('Cost per 1,000 requests'),
  'ttft-input-tokens': plan(buildScatterChart, {
    title: 'TTFT by input tokens',
    x: 'inputTokens',
    xName: 'input tokens',
    y: 'ttftMs',
    yName: 'TTFT, ms',
    fit: 'prefill',
  }),
  'end-to-end-output-tokens': plan(buildScatterChart, {
    title: 'End-to-end latency by output tokens',
    x: 'outputTokens',
    xName: 'output tokens (line: fit at the mean input length)',
    y: 'e2eLatencyMs',
    yName: 'end-to-end latency, ms',
    fit: 'e2e',
  }),
  'ttft-distribution': plan(buildDistributionChart, { title: 'Distribution of TTFT', metric: 'ttftMs' }),
  'itl-distribution': plan(buildDistributionChart, { title: 'Distribution of ITL', metric: 'itlMs' }),
  'end-to-end-distribution': plan(buildDistributionChart, {
    title: 'Distribution of end-to-end latency',
    metric: 'e2eLatencyMs',
  }),
  timeline: buildTimelineChart,
} satisfies Record<string, Build>;

export type ChartName = keyof typeof charts;
export const chartNames = Object.keys(charts) as ChartName[]; // the keys of this literal are exactly the chart names

/** Composes one chart and a line that identifies its run. If the report lacks the chart's data, returns the reason. */
export function composeChart(
  report: Report,
  name: ChartName,
  words: OriginWords = measuredWords,
): { chart: Chart; source: string } | { reason: string } {
  const chart = charts[name](report, labelReport(report), words);
  if ('reason' in chart) return chart;
  const { runId, manifestSha256 } = report.run;
  const hash = `${words.hashed.toLowerCase()} ${manifestSha256.slice(0, 16)}`;
  return { chart, source: `${runId} · ${hash} · Tokenmeter ${report.tokenmeterVersion}` };
}

/** Writes the available charts, and why the other charts are missing. */
export function writeCharts(report: Report, labels: Labels, words: OriginWords): Section {
  const built = chartNames.map((name) => ({ name, chart: charts[name](report, labels, words) }));
  const available = built.flatMap(({ name, chart }) => ('reason' in chart ? [] : [{ name, chart }]));
  const missing = built.flatMap(({ name, chart }) => ('reason' in chart ? [{ name, ...chart }] : []));
  const notes = [...Map.groupBy(missing, ({ reason }) => reason)].map(
    ([reason, group]) => `${group.map(({ name }) => name).join(', ')} (${reason})`,
  );
  const note: Block[] = notes.length === 0 ? [] : [makeAside(`Charts not available: ${notes.join('; ')}.`)];
  return { id: 'charts', title: 'Charts', blocks: [{ kind: 'charts', charts: available }, ...note] };
}
