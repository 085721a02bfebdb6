import type { RequestMetricName } from '../../../metric-names.ts';
import type { EstimateFigure } from '../../../metrics/estimate-figure.ts';
import type { Figure } from '../../../metrics/figure.ts';
import type { StageReport } from '../../model/report.ts';
import { type LoadMetric, quantilePoint, type StagePoint } from './load-chart.ts';

function ofRequests(title: string, metric: RequestMetricName, unit: string): LoadMetric {
  return {
    title,
    unit,
    note: 'good requests',
    statistics: (['p50', 'p95'] as const).map((statistic) => ({
      name: statistic === 'p50' ? 'median' : statistic,
      pick: ({ requests }: StageReport) => quantilePoint(requests[metric], statistic),
    })),
  };
}

/** In the steady window; in the full one where a stage has no steady one. */
function ofWindow(
  title: string,
  metric: 'completedRequestsPerMinute' | 'outputTokensPerSecondTotal',
  unit: string,
): LoadMetric {
  const pick = ({ windows: { steady, full } }: StageReport) =>
    withoutInterval(steady[metric].value === null ? full[metric] : steady[metric]);
  return {
    title,
    unit,
    note: 'without ramp and drain where a stage has a steady window; one number a stage, so no interval',
    statistics: [{ name: 'rate', pick }],
  };
}

function withoutInterval({ value, n, reason }: Figure): StagePoint {
  return { value, n, reason, interval: null };
}

function pointOf({ value, n, reason, interval }: EstimateFigure): StagePoint {
  return { value, n, reason, interval };
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
    statistics: [{ name: 'mean', pick: ({ cost }) => pointOf(cost.costPerThousandRequestsUsd) }],
  },
} as const satisfies Record<string, LoadMetric>;
