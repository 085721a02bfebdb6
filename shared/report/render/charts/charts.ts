import type { RequestMetricName } from '../../../metric-names.ts';
import { measureRate, measureValue, type RateName } from '../../build/measure-value.ts';
import type { DistributionMetric } from '../../model/chart-data.ts';
import type { Report } from '../../model/report.ts';
import type { Labels } from '../../sections/labels.ts';
import { buildComparisonChart } from './build-comparison-chart.ts';
import { buildDistributionChart } from './build-distribution-chart.ts';
import { buildLoadChart } from './build-load-chart.ts';
import { buildScatterChart } from './build-scatter-chart.ts';
import { buildTimelineChart } from './build-timeline-chart.ts';
import type { ChartOrReason } from './chart.ts';

type Build = (report: Report, labels: Labels) => ChartOrReason;

/** Turns a general chart builder and the plan of one chart into a builder for this chart. */
const plan =
  <Plan>(build: (report: Report, labels: Labels, plan: Plan) => ChartOrReason, own: Plan): Build =>
  (report, labels) =>
    build(report, labels, own);

function chartQuantiles(title: string, metric: RequestMetricName, unit: string): Build {
  const statistics = (['p50', 'p95'] as const).map((statistic) => ({
    name: statistic === 'p50' ? 'median' : statistic,
    measure: (stage: Report['stages'][number]) => measureValue({ metric, statistic }, stage),
  }));
  return plan(buildLoadChart, { title, unit, note: 'successful requests', statistics });
}

function chartRate(title: string, metric: RateName, unit: string): Build {
  const note = 'excludes ramp-up and drain if a stage has a steady window; one value per stage, so no interval';
  const measure = (stage: Report['stages'][number]) => measureRate(stage, metric);
  return plan(buildLoadChart, { title, unit, note, statistics: [{ name: 'rate', measure }] });
}

function chartDistribution(title: string, metric: DistributionMetric, unit: string): Build {
  return plan(buildDistributionChart, { title, metric, unit });
}

/** All charts of a report, in the order in which the page shows them. */
const charts = {
  comparison: buildComparisonChart,
  'requests-per-minute': chartRate('Completed requests per minute', 'completedRequestsPerMinute', 'requests/min'),
  'output-tokens-per-second': chartRate('Output token throughput', 'outputTokensPerSecondTotal', 'tokens/s'),
  ttft: chartQuantiles('Time to first token (TTFT)', 'ttftMs', 'ms'),
  itl: chartQuantiles('Inter-token latency (ITL, TTFT included)', 'itlMs', 'ms per token'),
  'end-to-end': chartQuantiles('End-to-end latency', 'e2eLatencyMs', 'ms'),
  cost: plan(buildLoadChart, {
    title: 'Cost per 1,000 requests',
    unit: 'USD',
    note: 'measured tokens at each target’s prices',
    statistics: [{ name: 'mean', measure: (stage) => measureValue({ metric: 'costPerThousandRequestsUsd' }, stage) }],
  }),
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
  'ttft-distribution': chartDistribution('Distribution of TTFT', 'ttftMs', 'ms'),
  'itl-distribution': chartDistribution('Distribution of ITL', 'itlMs', 'ms per token'),
  'end-to-end-distribution': chartDistribution('Distribution of end-to-end latency', 'e2eLatencyMs', 'ms'),
  timeline: buildTimelineChart,
} satisfies Record<string, Build>;

export type ChartName = keyof typeof charts;
export const chartNames = Object.keys(charts) as ChartName[]; // the keys of this literal are exactly the chart names

export function buildChart(report: Report, labels: Labels, name: ChartName): ChartOrReason {
  return charts[name](report, labels);
}
