import { findBounds } from './kinds/distribution-kind.ts';
import type { Random } from './seeded-random.ts';
import { getDistributionKind, type TokenDistribution } from './token-distribution.ts';

/** Maximum number of draws. At least 1 % are within the bounds, so all draws miss with a probability below 1e-43. */
const maxDraws = 10_000;

/**
 * Draws a token count, rounded to an integer. Draws again if the count is outside the bounds. Narrow bounds therefore
 * change the mean and the standard deviation of the counts.
 * @param least additional minimum, such as the size of the shortest possible prompt
 * @throws RangeError if no draw is within the bounds
 */
export function drawTokenCount(distribution: TokenDistribution, random: Random, least = 1): number {
  const kind = getDistributionKind(distribution);
  const bounds = findBounds(kind.readBounds?.(distribution) ?? {}, least);
  for (let draw = 0; draw < maxDraws; draw++) {
    const tokens = kind.draw(distribution, random);
    if (tokens >= bounds.min && tokens <= bounds.max) return tokens;
  }
  throw new RangeError(
    `The bounds cannot be met: all ${maxDraws} random draws from the ${distribution.distribution} distribution were outside ${bounds.min} to ${bounds.max} tokens`,
  );
}
