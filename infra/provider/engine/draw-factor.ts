import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Noise } from '../config/provider-config.ts';

export type Random = RandomGenerator;

/** A generator of its own for each request: draws do not depend on how requests interleave. */
export function randomOf(seed: number, sequence: number): Random {
  const random = xoroshiro128plus(scramble(scramble(seed | 0) ^ sequence));
  // A generator fresh from a seed of 32 bits is mostly zeros: its first outputs are not random yet.
  for (let skipped = 0; skipped < 8; skipped++) random.next();
  return random;
}

/** The finalizer of MurmurHash3: every bit of the input decides every bit of the output. */
function scramble(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) | 0;
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
