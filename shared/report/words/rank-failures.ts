import type { OutcomeCounts } from '../../metrics/count-outcomes.ts';
import { isFailure, type Outcome, outcomes } from '../../sample/outcome.ts';

/** Classes of failure by how many requests ended so, the largest first; of equals, in the order of the outcomes. */
export function rankFailures(
  counts: readonly Pick<OutcomeCounts, 'byOutcome'>[],
): { outcome: Outcome; count: number }[] {
  return outcomes
    .filter(isFailure)
    .map((outcome) => ({ outcome, count: counts.reduce((sum, { byOutcome }) => sum + byOutcome[outcome], 0) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}
