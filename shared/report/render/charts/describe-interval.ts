import type { Interval } from '../../../stats/interval.ts';
import { formatShort } from '../../words/format-number.ts';

/** "95 %: 412 to 530". */
export function describeInterval(
  { level, low, high }: Interval,
  format: (value: number) => string = formatShort,
): string {
  return `${Number((level * 100).toFixed(1))} %: ${format(low)} to ${format(high)}`;
}

/** "n 150", or "n 148 to 150" of several. */
export function describeCounts(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const show = (count: number) => count.toLocaleString('en-US');
  return least === most ? `n ${show(least)}` : `n ${show(least)} to ${show(most)}`;
}
