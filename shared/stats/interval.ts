import { z } from 'zod';

/** A confidence interval. In repeated experiments, the share of intervals that contain the true value is `level`. */
export const intervalSchema = z
  .object({
    level: z.number().gt(0).lt(1),
    low: z.number().describe('Lower end, included, in the unit of the statistic'),
    high: z.number().describe('Upper end, included, in the unit of the statistic'),
    method: z.string().describe('Method of the interval: order statistics, t, bootstrap, Wilson …'),
  })
  .meta({ id: 'Interval', description: 'A confidence interval and its method' });
export type Interval = z.infer<typeof intervalSchema>;

/** A difference or ratio with its interval. `reason` explains why the interval is null; otherwise `reason` is null. */
export type Contrast = { value: number | null; interval: Interval | null; reason: string | null };

export type Contrasts = {
  /** target − base, in the unit of the values. */
  difference: Contrast;
  /** target / base. Null if the base is not above 0. */
  ratio: Contrast;
};

/** The reason why an interval is missing if one of its ends would be too large for a double. */
export const beyondRange = 'an end of the interval is beyond the range of numbers';
