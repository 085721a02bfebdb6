import type { Interval } from '../../stats/interval.ts';
import type { Compared } from '../model/run-comparison.ts';

const words: Record<string, [more: string, less: string]> = {
  ttftMs: ['longer', 'shorter'],
  e2eLatencyMs: ['longer', 'shorter'],
  itlMs: ['longer', 'shorter'],
  tpotMs: ['longer', 'shorter'],
  outputTokensPerSecond: ['faster', 'slower'],
  completedRequestsPerMinute: ['more', 'fewer'],
  outputTokensPerSecondTotal: ['more', 'less'],
  costPerThousandRequestsUsd: ['dearer', 'cheaper'],
  typicalCostPerThousandUsd: ['dearer', 'cheaper'],
  costPerMillionOutputTokensAtFullUseUsd: ['dearer', 'cheaper'],
};

/**
 * A ratio in words that name the base, and how sure it is: "The median e2eLatencyMs of b is 1.152 times that of a (15.2 %
 * longer; 95 %: 1.101 to 1.210)." Where the interval holds 1, it says that this may be chance. Of a cost also the other way
 * round, with the other base: what is 15.0 % dearer than a has a 13.0 % cheaper than it.
 * @param name what to call the metric
 */
export function describeRatio(
  { metric, statistic, window }: Pick<Compared, 'metric' | 'statistic' | 'window'>,
  names: { base: string; target: string },
  ratio: number,
  interval: Interval | null,
  name: string = metric,
): string {
  const what = [
    statistic === 'p50' ? 'median' : statistic,
    name,
    window === 'steady' ? '(steady window)' : window === 'full' ? '(full window)' : null,
  ].filter((part) => part !== null);
  const inverse = chooseWords(metric)[0] === 'dearer' ? describeInverse(names, ratio) : '';
  return `The ${what.join(' ')} of ${names.target} is ${ratio.toFixed(3)} times that of ${names.base} (${describeChange(metric, ratio)}${inverse}${describeInterval(interval)}).`;
}

/** A ratio of a metric as a change from the base: "15.2 % longer". */
export function describeChange(metric: string, ratio: number): string {
  const [more, less] = chooseWords(metric);
  const percent = (Math.abs(ratio - 1) * 100).toFixed(1);
  return percent === '0.0' ? 'the same' : `${percent} % ${ratio > 1 ? more : less}`;
}

function chooseWords(metric: string): [more: string, less: string] {
  return words[metric] ?? ['more', 'less'];
}

function describeInverse({ base, target: targetId }: { base: string; target: string }, ratio: number): string {
  const percent = (Math.abs(1 / ratio - 1) * 100).toFixed(1);
  return percent === '0.0' || ratio === 0
    ? ''
    : `; ${base} is ${percent} % ${ratio > 1 ? 'cheaper' : 'dearer'} than ${targetId}`;
}

function describeInterval(interval: Interval | null): string {
  if (interval === null) return '';
  const { low, high } = interval;
  const chance = low <= 1 && high >= 1 ? ', so this may be chance' : '';
  return `; 95 %: ${low.toFixed(3)} to ${high.toFixed(3)}${chance}`;
}
