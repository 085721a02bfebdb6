import { z } from 'zod';
import { countSchema as count } from '../number-schema.ts';
import { isFailure, notSentReasons, outcomes } from '../sample/outcome.ts';
import { outcomeSchema } from '../sample/outcome-schemas.ts';
import type { Sample } from '../sample/sample.ts';
import { estimateShare, shareEstimateSchema } from './metric-value.ts';

export const outcomeCountsSchema = z
  .object({
    planned: count.describe('Requests of the plan: issued + notSent'),
    issued: count.describe('Requests that started: ok + failed + canceled'),
    ok: count,
    failed: count.describe('Issued requests that are neither ok nor canceled'),
    canceled: count.describe('Requests that were aborted because the run was stopped'),
    notSent: count,
    disturbed: count
      .default(0)
      .describe(
        'Issued requests whose times a stall of their worker distorted. The counts of outcomes include them; latencies, throughput, and shares do not from n',
      ),
    byOutcome: z.record(z.enum(outcomes), count),
    notSentByReason: z.record(z.enum(notSentReasons), count),
  })
  .meta({ id: 'OutcomeCounts', description: 'Number of requests by outcome; the counts add up to the plan' });
export type OutcomeCounts = z.infer<typeof outcomeCountsSchema>;

export function countOutcomes(
  samples: Iterable<Pick<Sample, 'outcome' | 'notSentReason' | 'disturbed'>>,
): OutcomeCounts {
  const byOutcome = createZeroes(outcomes);
  const notSentByReason = createZeroes(notSentReasons);
  let planned = 0;
  let disturbed = 0;
  for (const { outcome, notSentReason, disturbed: isDisturbed } of samples) {
    planned += 1;
    if (isDisturbed && outcome !== 'not_sent') disturbed += 1;
    byOutcome[outcome] += 1;
    if (notSentReason !== null) notSentByReason[notSentReason] += 1;
  }
  const failed = outcomes.filter(isFailure).reduce((sum, outcome) => sum + byOutcome[outcome], 0);
  const { ok, canceled, not_sent: notSent } = byOutcome;
  return { planned, issued: planned - notSent, ok, failed, canceled, notSent, disturbed, byOutcome, notSentByReason };
}

function createZeroes<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>; // `fromEntries` loses the type of the keys
}

export const errorRatesSchema = z.object({
  errorRate: shareEstimateSchema,
  errorRateByOutcome: z
    .partialRecord(z.enum(outcomes), z.number())
    .describe(
      'Share of issued requests that were not disturbed, for each class of failure that occurred; the shares add up to errorRate',
    ),
});

/**
 * Measures the share of sent requests that failed, in total and by failure class. Null if no request was sent.
 * @param counts the counts of the requests that were not disturbed
 */
export function measureErrorRates(counts: OutcomeCounts): z.infer<typeof errorRatesSchema> {
  const { issued, failed, byOutcome } = counts;
  const occurred = outcomes.filter((outcome) => isFailure(outcome) && byOutcome[outcome] > 0);
  return {
    errorRate: estimateShare(failed, issued, 'no request was issued'),
    errorRateByOutcome: Object.fromEntries(occurred.map((outcome) => [outcome, byOutcome[outcome] / issued])),
  };
}

/** Limits the size of the report even if every failure has a different code. */
const maxGroups = 20;

export const errorGroupSchema = z
  .object({
    outcome: outcomeSchema,
    httpStatus: z.number().int().nullable(),
    code: z.string().nullable().describe("The provider's or the system's own code"),
    message: z.string().nullable().describe('Message of the first request of the group'),
    count: z.number().int().min(1),
    firstIndex: z.number().int().min(0).describe('Index of the request with the message'),
  })
  .meta({ id: 'ErrorGroup', description: 'Failures of one outcome, status and code' });
export type ErrorGroup = z.infer<typeof errorGroupSchema>;

/** Groups failures by outcome, HTTP status and error code. Returns the 20 largest groups, the largest first. */
export function groupErrors(samples: Iterable<Sample>): ErrorGroup[] {
  const groups = new Map<string, ErrorGroup>();
  for (const { outcome, httpStatus, error, requestIndex: index } of samples) {
    if (!isFailure(outcome)) continue;
    const code = error?.code ?? null;
    const key = JSON.stringify([outcome, httpStatus, code]);
    const group = groups.get(key);
    const message = error?.message ?? null;
    if (group === undefined) {
      groups.set(key, { outcome, httpStatus, code, message, count: 1, firstIndex: index });
    } else {
      group.count += 1;
      if (index < group.firstIndex) Object.assign(group, { message, firstIndex: index });
    }
  }
  return [...groups.entries()]
    .sort(([keyA, a], [keyB, b]) => b.count - a.count || (keyA < keyB ? -1 : 1))
    .map(([, group]) => group)
    .slice(0, maxGroups);
}
