import { hash } from 'node:crypto';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/**
 * The generator of one resampling. Its whole state comes from SHA-256 of the seed and of what it is for, so that
 * neighboring seeds and other purposes have nothing in common.
 */
export function resamplingGenerator(seed: number, purpose: string): RandomGenerator {
  const digest = hash('sha256', `resampling/${purpose}/${seed}`, 'buffer');
  return xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
}
