import { hash } from 'node:crypto';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

export type Random = RandomGenerator;

/**
 * A random generator of its own for each (seed, labels): the same on any machine, and independent of that of any other
 * labels, neighboring numbers too, since the whole 128-bit state of xoroshiro128+ comes from SHA-256.
 * @param labels - what it is for, and which one: `'lines', 'measured', 17`
 */
export function seededRandom(seed: number, ...labels: readonly (string | number)[]): Random {
  const digest = hash('sha256', [seed, ...labels].join('/'), 'buffer');
  return xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
}
