import { z } from 'zod';

/** A confidence interval: the method covers the true value in about `level` of repeated experiments. */
export const intervalSchema = z
  .object({
    level: z.number().gt(0).lt(1),
    low: z.number().describe('Lower end, included, in the unit of the statistic'),
    high: z.number().describe('Upper end, included, in the unit of the statistic'),
    method: z.string().describe('Method of the interval: order statistics, t, bootstrap, Wilson …'),
  })
  .meta({ id: 'Interval', description: 'A confidence interval and its method' });
export type Interval = z.infer<typeof intervalSchema>;

/** `reason` explains a missing interval; it is null if there is one. */
export type Contrast = { value: number | null; interval: Interval | null; reason: string | null };

/** Compares a target with a base. */
export type Contrasts = {
  /** target − base, in the unit of the values. */
  difference: Contrast;
  /** target / base; null if the base is not above 0. */
  ratio: Contrast;
};

/** The reason for an interval that a double cannot express. */
export const beyondRange = 'an end of the interval is beyond the range of numbers';
