import { formatShort } from '../../words/format-number.ts';

/** The p-value of a test. */
export function formatProbability(p: number): string {
  return p < 0.0001 ? '< 0.0001' : formatShort(p);
}
