import { hash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

export type Random = RandomGenerator;

/**
 * Creates a random generator from a seed and labels. Equal arguments produce equal numbers on any machine. Different
 * labels produce independent generators, because SHA-256 computes the initial 128-bit state of xoroshiro128+.
 * @param labels the purpose and the item, such as `'lines', 'measured', 17`
 */
export function createSeededRandom(seed: number, ...labels: readonly (string | number)[]): Random {
  const digest = hash('sha256', [seed, ...labels].join('/'), 'buffer');
  return xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
}

/** Draws from the standard normal distribution (Box-Muller). Always consumes two uniform random numbers. */
export function drawStandardNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log1p(-uniformFloat64(random)));
  return radius * Math.cos(2 * Math.PI * uniformFloat64(random));
}

/**
 * Draws from a gamma distribution with mean 1 and variance 1 / shape, using the method of Marsaglia and Tsang (ACM
 * Transactions on Mathematical Software 26, 2000). If shape < 1, draws with shape + 1 and multiplies by U^(1/shape).
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

/** Returns indices in random order (Fisher-Yates). Starts a new random order after all indices were returned. */
export class Shuffle {
  readonly #random: Random;
  readonly #indices: Uint16Array | Uint32Array;
  #taken = 0;

  constructor(random: Random, indices: Uint16Array | Uint32Array) {
    this.#random = random;
    this.#indices = indices.slice();
  }

  get leftInRound(): number {
    return this.#indices.length - this.#taken;
  }

  next(): number {
    if (this.leftInRound === 0) this.#taken = 0;
    const from = uniformInt(this.#random, this.#taken, this.#indices.length - 1);
    const index = this.#indices[from] ?? 0;
    this.#indices[from] = this.#indices[this.#taken] ?? 0;
    this.#indices[this.#taken] = index;
    this.#taken++;
    return index;
  }
}
