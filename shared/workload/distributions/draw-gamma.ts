import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { drawStandardNormal, type Random } from './seeded-random.ts';

/**
 * Draws from the gamma distribution with a shape, scaled to mean 1 (variance 1 / shape). Uses the method of Marsaglia and
 * Tsang (ACM Transactions on Mathematical Software 26, 2000). Below shape 1, multiplies a draw of shape + 1 by U^(1/shape).
 */
export function drawUnitGamma(shape: number, random: Random): number {
  if (shape >= 1) return drawGamma(shape, random) / shape;
  const boost = (1 - uniformFloat64(random)) ** (1 / shape);
  return (drawGamma(shape + 1, random) * boost) / shape;
}

function drawGamma(shape: number, random: Random): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawStandardNormal(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - uniformFloat64(random);
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
