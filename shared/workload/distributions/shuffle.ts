import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { Random } from './seeded-random.ts';

/** Indices in random order, round after round, each in an order of its own: Fisher-Yates, step by step. */
export class Shuffle {
  readonly #random: Random;
  readonly #indices: Uint16Array | Uint32Array;
  #taken = 0;

  /** @param indices in any order; copied */
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
