import type { Compared } from './report.ts';

const words: Record<string, [more: string, less: string]> = {
  ttftMs: ['longer', 'shorter'],
  e2eLatencyMs: ['longer', 'shorter'],
  itlMs: ['longer', 'shorter'],
  tpotMs: ['longer', 'shorter'],
  outputTokensPerSecond: ['faster', 'slower'],
  completedRequestsPerMinute: ['more', 'fewer'],
  outputTokensPerSecondTotal: ['more', 'less'],
  costPerThousandRequestsUsd: ['dearer', 'cheaper'],
};

/** A ratio in words that name the base: "The median e2eLatencyMs of b is 1.152 times that of a (15.2 % longer)." */
export function describeRatio(
  { metric, statistic, window }: Pick<Compared, 'metric' | 'statistic' | 'window'>,
  names: { base: string; target: string },
  ratio: number,
): string {
  const what = [
    statistic === 'p50' ? 'median' : statistic,
    metric,
    window === 'steady' ? '(steady window)' : window === 'whole' ? '(whole window)' : null,
  ].filter((part) => part !== null);
  const [more, less] = words[metric] ?? ['more', 'less'];
  const percent = Math.abs(ratio - 1) * 100;
  const side = percent.toFixed(1) === '0.0' ? 'the same' : `${percent.toFixed(1)} % ${ratio > 1 ? more : less}`;
  return `The ${what.join(' ')} of ${names.target} is ${ratio.toFixed(3)} times that of ${names.base} (${side}).`;
}
