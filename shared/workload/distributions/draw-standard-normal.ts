import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { Random } from './seeded-random.ts';

/** Box-Muller: two uniforms a draw, always, so that draws stay in step whatever their values. */
export function drawStandardNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log1p(-uniformFloat64(random)));
  return radius * Math.cos(2 * Math.PI * uniformFloat64(random));
}
