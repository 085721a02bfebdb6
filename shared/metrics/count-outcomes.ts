import { z } from 'zod';
import { isFailure, notSentReasons, outcomes } from '../sample/outcome.ts';
import type { Sample } from '../sample/sample.ts';

const count = z.number().int().min(0);

export const outcomeCountsSchema = z
  .object({
    planned: count.describe('Requests of the plan: issued + notSent'),
    issued: count.describe('Requests that were begun: ok + failed + canceled'),
    ok: count,
    failed: count.describe('Issued requests that ended neither well nor by our own canceling'),
    canceled: count.describe('Requests that we aborted because the run was stopped'),
    notSent: count,
    byOutcome: z.record(z.enum(outcomes), count),
    notSentByReason: z.record(z.enum(notSentReasons), count),
  })
  .meta({ id: 'OutcomeCounts', description: 'How requests ended; the counts add up to the plan' });
export type OutcomeCounts = z.infer<typeof outcomeCountsSchema>;

/** Counts of samples by outcome, and of unsent ones by reason. */
export function countOutcomes(samples: Iterable<Pick<Sample, 'outcome' | 'notSentReason'>>): OutcomeCounts {
  const byOutcome = createZeroes(outcomes);
  const notSentByReason = createZeroes(notSentReasons);
  let planned = 0;
  for (const { outcome, notSentReason } of samples) {
    planned += 1;
    byOutcome[outcome] += 1;
    if (notSentReason !== null) notSentByReason[notSentReason] += 1;
  }
  const failed = outcomes.filter(isFailure).reduce((sum, outcome) => sum + byOutcome[outcome], 0);
  const { ok, canceled, not_sent: notSent } = byOutcome;
  return { planned, issued: planned - notSent, ok, failed, canceled, notSent, byOutcome, notSentByReason };
}

function createZeroes<Name extends string>(names: readonly Name[]): Record<Name, number> {
  // `fromEntries` forgets the names; every one of them is given.
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
