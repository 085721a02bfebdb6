const goldenRatio = (Math.sqrt(5) - 1) / 2;

/**
 * At most `limit` of the values, in their order, spread evenly over them and always the same ones. They are those whose
 * position times the golden ratio has the smallest fractions, so that no period of the values (turns of a conversation,
 * sizes in rotation) can fall in step with the choice.
 */
export function thinAperiodically<T>(values: readonly T[], limit: number): T[] {
  if (values.length <= limit) return [...values];
  const fractionOf = (position: number) => (position * goldenRatio) % 1;
  const kept = values
    .map((_, position) => position)
    .sort((a, b) => fractionOf(a) - fractionOf(b))
    .slice(0, limit)
    .sort((a, b) => a - b);
  const isKept = new Set(kept);
  return values.filter((_, position) => isKept.has(position));
}
