import type { Interval } from './interval.ts';

/** `reason` says why there is no interval. */
export type Contrast = { value: number | null; interval: Interval | null; reason: string | null };

/** Two samples side by side, of which the base is subtracted and divided by. */
export type Contrasts = {
  /** target − base, in the unit of the values. */
  difference: Contrast;
  /** target / base; null where a base is not above 0. */
  ratio: Contrast;
};
