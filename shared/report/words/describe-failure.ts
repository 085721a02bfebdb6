import type { OutcomeCounts } from '../../metrics/count-outcomes.ts';
import type { ErrorGroup } from '../../metrics/group-errors.ts';
import { isFailure, type Outcome, outcomes } from '../../sample/outcome.ts';
import { plainText } from './plain-text.ts';

/**
 * What a group of failures says beside its outcome, each thing once: "HTTP 404, model_not_found: The model …". Messages
 * may begin with the status, and codes may be the outcome's own name or the status again.
 * @returns an empty text where the outcome says all
 */
export function describeFailure({ outcome, httpStatus, code, message }: ErrorGroup): string {
  const status = httpStatus === null ? null : `HTTP ${httpStatus}`;
  const text = removeStart(plainText(message ?? ''), status);
  const name = code === null ? '' : plainText(code);
  const repeats = name === outcome || name === `http_${httpStatus}` || text.includes(name);
  // A 200 is no reason for a failure.
  const telling = httpStatus !== null && httpStatus >= 300 ? status : null;
  const lead = [telling, repeats ? null : name].filter((part) => part !== null).join(', ');
  return [lead, text].filter((part) => part !== '').join(': ');
}

function removeStart(text: string, start: string | null): string {
  if (start === null || !text.startsWith(start)) return text;
  return text.slice(start.length).replace(/^[:\s]+/, '');
}

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
