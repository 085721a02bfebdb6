import type { ErrorGroup, OutcomeCounts } from '../../metrics/count-outcomes.ts';
import { isFailure, type Outcome, outcomes } from '../../sample/outcome.ts';
import { cleanText } from './format-text.ts';

/**
 * Describes a group of failures without repeating the outcome or status: "HTTP 404, model_not_found: The model …".
 * Returns an empty text if the group adds nothing to the outcome.
 */
export function describeFailure({ outcome, httpStatus, code, message }: ErrorGroup): string {
  const status = httpStatus === null ? null : `HTTP ${httpStatus}`;
  const text = removeStart(cleanText(message ?? ''), status);
  const name = code === null ? '' : cleanText(code);
  const isRepeated = name === outcome || name === `http_${httpStatus}` || text.includes(name);
  // A 2xx status does not explain why a request failed.
  const telling = httpStatus !== null && httpStatus >= 300 ? status : null;
  const lead = [telling, isRepeated ? null : name].filter((part) => part !== null).join(', ');
  return [lead, text].filter((part) => part !== '').join(': ');
}

function removeStart(text: string, start: string | null): string {
  if (start === null || !text.startsWith(start)) return text;
  return text.slice(start.length).replace(/^[:\s]+/, '');
}

/** Returns failure classes with their counts, the largest first. Equal counts are in the order of the outcomes. */
export function rankFailures(
  counts: readonly Pick<OutcomeCounts, 'byOutcome'>[],
): { outcome: Outcome; count: number }[] {
  return outcomes
    .filter(isFailure)
    .map((outcome) => ({ outcome, count: counts.reduce((sum, { byOutcome }) => sum + byOutcome[outcome], 0) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}
