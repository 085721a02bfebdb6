import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Noise } from './provider-config.ts';

export type Random = RandomGenerator;

/** A generator of its own for each request: draws do not depend on how requests interleave. */
export function randomOf(seed: number, sequence: number): Random {
  // 0x9e3779b1 is the 32-bit golden ratio: neighbouring sequence numbers land far apart.
  return xoroshiro128plus((Math.imul(seed ^ 0x5bd1e995, 0x85ebca6b) ^ Math.imul(sequence, 0x9e3779b1)) | 0);
}

/** Uniform in [0, 1). */
export function drawUniform(random: Random): number {
  return uniformFloat64(random);
}

/** Standard normal, by the Box-Muller transform. */
export function drawNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
  return radius * Math.cos(2 * Math.PI * uniformFloat64(random));
}

/** A positive factor of mean 1 and the noise's coefficient of variation (`normal`: cut off at 0.05). */
export function drawFactor(random: Random, noise: Noise): number {
  const normal = drawNormal(random);
  if (noise.kind === 'normal') return Math.max(0.05, 1 + noise.cv * normal);
  const variance = Math.log(1 + noise.cv ** 2);
  return Math.exp(Math.sqrt(variance) * normal - variance / 2);
}
