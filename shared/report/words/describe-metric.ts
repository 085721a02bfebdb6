import type { RequestMetricName } from '../../metric-names.ts';
import type { Interval } from '../../stats/interval.ts';
import type { Compared } from '../model/run-comparison.ts';

export const requestMetricTitles: Record<RequestMetricName, string> = {
  ttftMs: 'Time to first token (TTFT)',
  ttfoMs: 'Time to first answer token (TTFO)',
  e2eLatencyMs: 'End-to-end latency',
  scheduledLatencyMs: 'Latency from the scheduled start',
  itlMs: 'Inter-token latency (ITL, TTFT included)',
  tpotMs: 'Time per output token after the first (TPOT)',
  chunkGapMs: 'Gap between chunks',
  outputTokensPerSecond: 'Output speed per request',
  inputTokens: 'Input tokens',
  outputTokens: 'Output tokens',
  slipMs: 'Slip (delay of the start)',
  closeLagMs: 'Close lag (end after the last output)',
};

const titles: Record<string, string> = {
  ...requestMetricTitles,
  errorRate: 'Error rate',
  checksumOkRate: 'Correct checksums, share of checked responses',
  goodputShare: 'Goodput, share of requests that meet the SLOs',
  completedRequestsPerMinute: 'Throughput in requests per minute',
  outputTokensPerSecondTotal: 'Throughput in output tokens per second',
  costPerThousandRequestsUsd: 'Cost per 1,000 requests (USD)',
  typicalCostPerThousandUsd: 'Cost per 1,000 typical requests (USD)',
  costPerMillionOutputTokensAtFullUseUsd: 'Cost per million output tokens at full utilization (USD)',
};

/** Returns the title of a metric, or its name if it has none. */
export function titleMetric(metric: string): string {
  return titles[metric] ?? metric;
}

/**
 * Describes a ratio with its interval: "The median e2eLatencyMs of b is 1.152 times that of a (15.2 % longer; 95 % interval
 * 1.101 to 1.210)." For a cost, adds the inverse: 15.0 % more expensive than a means that a is 13.0 % cheaper.
 * @param name replaces the name of the metric
 */
export function describeRatio(
  { metric, statistic, window }: Pick<Compared, 'metric' | 'statistic' | 'window'>,
  names: { base: string; target: string },
  ratio: number,
  interval: Interval | null,
  name: string = metric,
): string {
  const what = `${statistic === null ? '' : `${nameStatistic(statistic)} `}${name}${window === null ? '' : ` (${window} window)`}`;
  const inverse = metric.endsWith('Usd') ? describeInverse(names, ratio) : '';
  return `The ${what} of ${names.target} is ${ratio.toFixed(3)} times that of ${names.base} (${describeChange(metric, ratio)}${inverse}${describeInterval(interval)}).`;
}

export function nameStatistic(statistic: string): string {
  return statistic === 'p50' ? 'median' : statistic;
}

/** Describes a ratio of a metric as a change from the base: "15.2 % longer". */
export function describeChange(metric: string, ratio: number): string {
  const [more, less] = chooseWords(metric);
  const percent = (Math.abs(ratio - 1) * 100).toFixed(1);
  return percent === '0.0' ? 'the same' : `${percent} % ${ratio > 1 ? more : less}`;
}

function chooseWords(metric: string): [more: string, less: string] {
  if (metric.endsWith('Usd')) return ['more expensive', 'cheaper'];
  if (metric.endsWith('Ms')) return ['longer', 'shorter'];
  return metric === 'outputTokensPerSecond' ? ['faster', 'slower'] : ['higher', 'lower'];
}

function describeInverse({ base, target }: { base: string; target: string }, ratio: number): string {
  const change = ratio === 0 ? 'the same' : describeChange('costUsd', 1 / ratio);
  return change === 'the same' ? '' : `; ${base} is ${change} than ${target}`;
}

function describeInterval(interval: Interval | null): string {
  if (interval === null) return '';
  const { low, high } = interval;
  const chance = low <= 1 && high >= 1 ? '; chance can explain the difference' : '';
  return `; 95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}${chance}`;
}
