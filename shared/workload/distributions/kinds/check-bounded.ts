import { type Fault, findFault } from '../../../errors/app-error.ts';
import { createSeededRandom, type Random } from '../seeded-random.ts';
import { type Bounds, checkLeast, checkOrder, findBounds } from './distribution-kind.ts';

const trialDraws = 10_000;
const leastShare = 0.01;

/** Checks the bounds of a distribution that draws again outside of them. At least 1 % of the draws must be within. */
export function checkBounded(
  bounds: Bounds,
  pointer: string,
  least: number,
  draw: (random: Random) => number,
): Fault[] {
  const faults = [...checkOrder(bounds, pointer), ...checkLeast(`a max (${bounds.max})`, bounds.max, pointer, least)];
  return faults.length > 0 ? faults : checkShare(findBounds(bounds, least), pointer, draw);
}

/** Estimates with a fixed seed which share of the draws is within the bounds. */
function checkShare(
  { min, max }: ReturnType<typeof findBounds>,
  pointer: string,
  draw: (random: Random) => number,
): Fault[] {
  const random = createSeededRandom(0, 'check-distribution');
  let met = 0;
  for (let trial = 0; trial < trialDraws; trial++) {
    const tokens = draw(random);
    if (tokens >= min && tokens <= max) met++;
  }
  return findFault(met < leastShare * trialDraws, {
    pointer,
    fault: `has bounds that are too narrow: fewer than 1 in 100 random draws fall within ${min} to ${max} tokens`,
    remedy: 'Widen the bounds, or move the mean closer to them',
  });
}
