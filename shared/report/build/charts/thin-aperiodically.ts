import { sortAscending } from '../../../stats/sort-ascending.ts';

const goldenRatio = (Math.sqrt(5) - 1) / 2;

/**
 * At most `limit` of the values, in their order, spread evenly over them and always the same ones. They are those whose
 * position times the golden ratio has the smallest fractions, so that no period of the values (turns of a conversation,
 * sizes in rotation) can fall in step with the choice.
 */
export function thinAperiodically<T>(values: readonly T[], limit: number): T[] {
  if (values.length <= limit) return [...values];
  const fractions = new Float64Array(values.length);
  for (let position = 0; position < fractions.length; position++) fractions[position] = (position * goldenRatio) % 1;
  const largest = sortAscending(fractions.slice())[limit - 1] ?? 0;
  return values.filter((_, position) => (fractions[position] ?? 1) <= largest).slice(0, limit);
}
