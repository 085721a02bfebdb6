import { type Disturbance, disturbanceSchema } from '../../records/disturbance.ts';

const names = disturbanceSchema.keyof().options;

/** The worst of each figure over all batch attempts, whichever had it; the reads of their error bars together. */
export function worstDisturbance(attempts: readonly Disturbance[]): Disturbance {
  const worst = (name: keyof Disturbance) => {
    const known = attempts.map((attempt) => attempt[name]).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
  const figures = Object.fromEntries(names.map((name) => [name, worst(name)]));
  const errorReads = attempts.reduce((sum, attempt) => sum + attempt.errorReads, 0);
  return disturbanceSchema.parse({ ...figures, errorReads });
}
