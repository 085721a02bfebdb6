import type { Report } from '../../model/report.ts';
import { labelReport } from '../../sections/labels.ts';
import type { ChartOrReason } from './chart.ts';
import type { ChartName } from './chart-names.ts';
import { comparisonChart } from './comparison-chart.ts';
import { distributionChart } from './distribution-chart.ts';
import { loadChart } from './load-chart.ts';
import { loadMetrics } from './load-metrics.ts';
import { scatterChart } from './scatter-chart.ts';
import { timelineChart } from './timeline-chart.ts';

/** A chart of a report by its name, or why the report cannot carry it. */
export function buildChart(report: Report, name: ChartName, labels = labelReport(report)): ChartOrReason {
  switch (name) {
    case 'comparison':
      return comparisonChart(report, labels);
    case 'requests-per-minute':
    case 'output-tokens-per-second':
    case 'ttft':
    case 'itl':
    case 'end-to-end':
    case 'cost':
      return loadChart(report, labels, loadMetrics[name]);
    case 'ttft-input-tokens':
      return scatterChart(report, labels, {
        title: 'TTFT against input tokens',
        x: 'inputTokens',
        xName: 'input tokens',
        y: 'ttftMs',
        yName: 'TTFT, ms',
        fit: 'prefill',
      });
    case 'end-to-end-output-tokens':
      return scatterChart(report, labels, {
        title: 'End-to-end latency against output tokens',
        x: 'outputTokens',
        xName: 'output tokens (line: at the mean of input tokens)',
        y: 'e2eLatencyMs',
        yName: 'end to end, ms',
        fit: 'e2e',
      });
    case 'ttft-distribution':
      return distributionChart(report, labels, { title: 'Distribution of TTFT', metric: 'ttftMs', unit: 'ms' });
    case 'itl-distribution':
      return distributionChart(report, labels, { title: 'Distribution of ITL', metric: 'itlMs', unit: 'ms per token' });
    case 'end-to-end-distribution':
      return distributionChart(report, labels, {
        title: 'Distribution of end-to-end latency',
        metric: 'e2eLatencyMs',
        unit: 'ms',
      });
    case 'timeline':
      return timelineChart(report, labels);
  }
}
