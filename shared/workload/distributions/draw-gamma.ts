import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { drawStandardNormal } from './draw-standard-normal.ts';
import type { Random } from './seeded-random.ts';

/**
 * A draw of the gamma distribution of the shape, scaled to mean 1 (so its variance is 1 / shape), by Marsaglia and Tsang's
 * method (ACM Transactions on Mathematical Software 26, 2000): cubes of shifted normals, of which a few per cent are
 * rejected; a shape below 1 by a draw of shape + 1 times U^(1/shape).
 */
export function drawUnitGamma(shape: number, random: Random): number {
  if (shape < 1) {
    const boost = (1 - uniformFloat64(random)) ** (1 / shape);
    return (drawGamma(shape + 1, random) * boost) / shape;
  }
  return drawGamma(shape, random) / shape;
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
