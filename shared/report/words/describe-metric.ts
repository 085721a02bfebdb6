import type { RequestMetricName } from '../../metric-names.ts';
import type { MetricDefinition } from '../../metrics/definitions/metric-definition.ts';
import type { Interval } from '../../stats/interval.ts';
import type { Compared } from '../model/run-comparison.ts';

const titles: Record<RequestMetricName, string> & Record<string, string> = {
  ttftMs: 'Time to first token (TTFT)',
  ttfoMs: 'Time to first output (TTFO, without reasoning)',
  e2eLatencyMs: 'End-to-end latency',
  scheduledLatencyMs: 'Latency from the time at which the request was due',
  itlMs: 'Inter-token latency (ITL, TTFT included)',
  tpotMs: 'Time per output token after the first (TPOT)',
  chunkGapMs: 'Gap between chunks',
  outputTokensPerSecond: 'Output speed per request',
  inputTokens: 'Input tokens',
  outputTokens: 'Output tokens',
  slipMs: 'Slip (delay of the start)',
  closeLagMs: 'Close lag (time from the last output to the end)',
  errorRate: 'Error rate',
  checksumOkRate: 'Share of checked responses with a correct checksum',
  goodputShare: 'Goodput (share of requests that meet all SLOs)',
  completedRequestsPerMinute: 'Throughput in requests per minute',
  outputTokensPerSecondTotal: 'Throughput in output tokens per second',
  costPerThousandRequestsUsd: 'Cost per 1,000 requests (USD)',
  typicalCostPerThousandUsd: 'Cost per 1,000 typical requests (USD)',
  costPerMillionOutputTokensAtFullUseUsd: 'Cost per million output tokens at full utilization (USD)',
};

/** Title of `chunkGapMs` if the server counts one output token for each chunk. */
export const tokenGapTitle = 'Gap between tokens (each chunk is one token by the server’s count)';

export const basisWords: Record<MetricDefinition['basis'], string> = {
  instants: 'timestamps',
  chunks: 'chunks',
  tokenizer: 'tokenizer counts',
  usage: 'server usage',
  'usage, else tokenizer': 'server usage, or else tokenizer counts',
  counts: 'request counts',
  answer: 'response text',
};

export function titleMetric(metric: string): string {
  return titles[metric] ?? metric;
}

/**
 * Describes a ratio and its interval: "The median e2eLatencyMs of b is 1.152 times that of a (15.2 % longer; 95 %
 * interval 1.101 to 1.210)." For a cost, adds the reverse: if b is 15.0 % more expensive than a, a is 13.0 % cheaper.
 * @param name replaces the metric's name
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

/** Describes a ratio as a change from the base: "15.2 % longer". */
export function describeChange(metric: string, ratio: number): string {
  const [more, less] = chooseWords(metric);
  const percent = (Math.abs(ratio - 1) * 100).toFixed(1);
  return percent === '0.0' ? 'the same' : `${percent} % ${ratio > 1 ? more : less}`;
}

function chooseWords(metric: string): [more: string, less: string] {
  if (metric.endsWith('Ms')) return ['longer', 'shorter'];
  return metric === 'outputTokensPerSecond' ? ['faster', 'slower'] : ['higher', 'lower'];
}

function describeInverse({ base, target }: { base: string; target: string }, ratio: number): string {
  if (ratio === 0) return '';
  const percent = (Math.abs(1 / ratio - 1) * 100).toFixed(1);
  return percent === '0.0'
    ? ''
    : `; ${base} is ${percent} % ${ratio > 1 ? 'cheaper' : 'more expensive'} than ${target}`;
}

function describeInterval(interval: Interval | null): string {
  if (interval === null) return '';
  const { low, high } = interval;
  const chance = low <= 1 && high >= 1 ? '; chance can explain the difference' : '';
  return `; 95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}${chance}`;
}
