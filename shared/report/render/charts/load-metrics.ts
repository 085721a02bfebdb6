import type { RequestMetricName } from '../../../metric-names.ts';
import { measureRate, measureValue, type RateName } from '../../build/measure-value.ts';
import type { LoadMetric } from './load-chart.ts';

function ofRequests(title: string, metric: RequestMetricName, unit: string): LoadMetric {
  return {
    title,
    unit,
    note: 'good requests',
    statistics: (['p50', 'p95'] as const).map((statistic) => ({
      name: statistic === 'p50' ? 'median' : statistic,
      measure: (stage) => measureValue({ metric, statistic }, stage),
    })),
  };
}

function ofWindow(title: string, metric: RateName, unit: string): LoadMetric {
  return {
    title,
    unit,
    note: 'without ramp and drain where a stage has a steady window; one number a stage, so no interval',
    statistics: [{ name: 'rate', measure: (stage) => measureRate(stage, metric) }],
  };
}

/** The metrics that are charted against the load. */
export const loadMetrics = {
  'requests-per-minute': ofWindow('Completed requests per minute', 'completedRequestsPerMinute', 'requests/min'),
  'output-tokens-per-second': ofWindow('Output token throughput', 'outputTokensPerSecondTotal', 'tokens/s'),
  ttft: ofRequests('Time to first token (TTFT)', 'ttftMs', 'ms'),
  itl: ofRequests('Inter-token latency (ITL, TTFT included)', 'itlMs', 'ms per token'),
  'end-to-end': ofRequests('End-to-end latency', 'e2eLatencyMs', 'ms'),
  cost: {
    title: 'Cost per 1,000 requests',
    unit: 'USD',
    note: 'by the prices of each target, tokens as measured',
    statistics: [{ name: 'mean', measure: (stage) => measureValue({ metric: 'costPerThousandRequestsUsd' }, stage) }],
  },
} as const satisfies Record<string, LoadMetric>;
