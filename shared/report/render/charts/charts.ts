import type { RequestMetricName } from '../../../metric-names.ts';
import { measureRate, measureValue, type RateName } from '../../build/measure-value.ts';
import type { Report } from '../../model/report.ts';
import type { Labels } from '../../sections/labels.ts';
import { buildComparisonChart } from './build-comparison-chart.ts';
import { buildDistributionChart, type DistributionPlan } from './build-distribution-chart.ts';
import { buildLoadChart, type LoadPlan } from './build-load-chart.ts';
import { buildScatterChart, type ScatterPlan } from './build-scatter-chart.ts';
import { buildTimelineChart } from './build-timeline-chart.ts';
import type { ChartOrReason } from './chart.ts';

type Build = (report: Report, labels: Labels) => ChartOrReason;

const chartDistribution =
  (plan: DistributionPlan): Build =>
  (report, labels) =>
    buildDistributionChart(report, labels, plan);
const chartLoad =
  (plan: LoadPlan): Build =>
  (report, labels) =>
    buildLoadChart(report, labels, plan);
const chartRequests =
  (plan: ScatterPlan): Build =>
  (report, labels) =>
    buildScatterChart(report, labels, plan);

function chartQuantiles(title: string, metric: RequestMetricName, unit: string): Build {
  const statistics = (['p50', 'p95'] as const).map((statistic) => ({
    name: statistic === 'p50' ? 'median' : statistic,
    measure: (stage: Report['stages'][number]) => measureValue({ metric, statistic }, stage),
  }));
  return chartLoad({ title, unit, note: 'good requests', statistics });
}

function chartRate(title: string, metric: RateName, unit: string): Build {
  const note = 'without ramp and drain where a stage has a steady window; one number a stage, so no interval';
  return chartLoad({
    title,
    unit,
    note,
    statistics: [{ name: 'rate', measure: (stage) => measureRate(stage, metric) }],
  });
}

/** Every chart of a report, in the order of its page. What is not here is neither drawn nor served. */
const charts = {
  comparison: buildComparisonChart,
  'requests-per-minute': chartRate('Completed requests per minute', 'completedRequestsPerMinute', 'requests/min'),
  'output-tokens-per-second': chartRate('Output token throughput', 'outputTokensPerSecondTotal', 'tokens/s'),
  ttft: chartQuantiles('Time to first token (TTFT)', 'ttftMs', 'ms'),
  itl: chartQuantiles('Inter-token latency (ITL, TTFT included)', 'itlMs', 'ms per token'),
  'end-to-end': chartQuantiles('End-to-end latency', 'e2eLatencyMs', 'ms'),
  cost: chartLoad({
    title: 'Cost per 1,000 requests',
    unit: 'USD',
    note: 'by the prices of each target, tokens as measured',
    statistics: [{ name: 'mean', measure: (stage) => measureValue({ metric: 'costPerThousandRequestsUsd' }, stage) }],
  }),
  'ttft-input-tokens': chartRequests({
    title: 'TTFT against input tokens',
    x: 'inputTokens',
    xName: 'input tokens',
    y: 'ttftMs',
    yName: 'TTFT, ms',
    fit: 'prefill',
  }),
  'end-to-end-output-tokens': chartRequests({
    title: 'End-to-end latency against output tokens',
    x: 'outputTokens',
    xName: 'output tokens (line: at the mean of input tokens)',
    y: 'e2eLatencyMs',
    yName: 'end to end, ms',
    fit: 'e2e',
  }),
  'ttft-distribution': chartDistribution({ title: 'Distribution of TTFT', metric: 'ttftMs', unit: 'ms' }),
  'itl-distribution': chartDistribution({ title: 'Distribution of ITL', metric: 'itlMs', unit: 'ms per token' }),
  'end-to-end-distribution': chartDistribution({
    title: 'Distribution of end-to-end latency',
    metric: 'e2eLatencyMs',
    unit: 'ms',
  }),
  timeline: buildTimelineChart,
} satisfies Record<string, Build>;

export type ChartName = keyof typeof charts;
export const chartNames = Object.keys(charts) as ChartName[]; // the keys of a literal object are exactly its names

/** Builds a chart by its name, or says why the report cannot carry it. */
export function buildChart(report: Report, labels: Labels, name: ChartName): ChartOrReason {
  return charts[name](report, labels);
}
