import { z } from 'zod';
import { decidingN } from '../../stats/deciding-n.ts';
import { type Interval, intervalSchema } from '../../stats/interval.ts';

export const certaintySchema = z.object({
  certainty: z
    .enum(['conclusive', 'inconclusive'])
    .nullable()
    .describe(
      'sure: the whole 95 % interval lies on the side of the limit on which the value does. Null without a value',
    ),
  interval: intervalSchema.nullable().describe('Of the value; null where there is none'),
  decidingN: z
    .number()
    .int()
    .nullable()
    .describe('About how many values could make it sure; null where it is, or where no number could'),
  certaintyReason: z.string().nullable().describe('Why it is not sure'),
});
export type Certainty = z.infer<typeof certaintySchema>;

/** A number with what is known of how sure it is. */
export type Measured = {
  value: number | null;
  n: number;
  /** Why there is no value. */
  reason: string | null;
  interval: Interval | null;
  /** Why there is no interval, and the n that could carry one, where there is such an n. */
  lacking: { reason: string; minimumN: number | null } | null;
};

/** For numbers of which a run has one: a rate of a window, a price. */
export const oneOfARun = 'it is one number a stage: nothing but further runs tells how sure it is';

/**
 * How sure it is that a value is on the side of a limit on which it lies. An interval at 95 % with equal tails is wrongly
 * sure in about 2.5 % of experiments whose true value is at the limit, and in fewer the farther it is from there.
 * @param limit what the value is held against
 * @param holds whether a value is on the right side: decides what an end at the limit itself means
 */
export function judgeCertainty(measured: Measured, limit: number, holds: (value: number) => boolean): Certainty {
  const { value, n, interval, lacking } = measured;
  const none = { certainty: null, interval: null, decidingN: null, certaintyReason: null };
  if (value === null) return none;
  if (interval === null) {
    const { reason = 'it has no interval', minimumN = null } = lacking ?? {};
    return { ...none, certainty: 'inconclusive', decidingN: minimumN, certaintyReason: reason };
  }
  const side = holds(value);
  if (holds(interval.low) === side && holds(interval.high) === side)
    return { ...none, certainty: 'conclusive', interval };
  return {
    certainty: 'inconclusive',
    interval,
    decidingN: decidingN(n, value, interval, limit),
    certaintyReason: 'the interval reaches the limit',
  };
}
