import { decidingN } from '../../../stats/deciding-n.ts';
import type { Certainty } from '../../model/certainty.ts';
import type { Measured } from '../measure-value.ts';

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
