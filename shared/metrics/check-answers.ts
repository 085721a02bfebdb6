import { z } from 'zod';
import { countSchema as count } from '../number-schema.ts';
import type { Sample } from '../sample/sample.ts';
import { judgeAgainst } from '../stats/judge-change.ts';
import {
  computeStatistics,
  createMetricValue,
  estimateShare,
  metricValueSchema,
  shareEstimateSchema,
  statisticsSchema,
} from './metric-value.ts';

export const answerChecksSchema = z
  .object({
    checksum: z.object({ ok: count, mismatch: count, absent: count }).meta({ id: 'AnswerChecksChecksum' }),
    checksumOkRate: shareEstimateSchema,
    checksumAnyOkRate: shareEstimateSchema,
    checksumRule: z
      .object({
        limit: z.number(),
        side: z.enum(['above', 'below', 'inconclusive']).meta({ id: 'ChecksumRuleSide' }).nullable(),
      })
      .describe('Side of the limit on which the whole interval of checksumOkRate is; null if nothing was checked'),
    linesFromInput: statisticsSchema,
    outputAttainment: metricValueSchema,
    finishReasons: z.array(z.object({ finishReason: z.string().nullable(), count })),
  })
  .meta({ id: 'AnswerChecks', description: 'Checks of the successful responses: the number, the lines, the length' });
export type AnswerChecks = z.infer<typeof answerChecksSchema>;

/** According to LLMPerf's blog, a well-functioning model returns the right number in at least 97 % of responses. */
const wellFunctioning = 0.97;

const noChecksum = 'the workload does not request a number, or no request succeeded';

export function checkAnswers(ok: readonly Sample[]): AnswerChecks {
  const checksum = { ok: 0, mismatch: 0, absent: 0 };
  const lines: number[] = [];
  const finishes = new Map<string | null, number>();
  let [anyOk, withAny, requested, given, withLengths] = [0, 0, 0, 0, 0];
  for (const sample of ok) {
    if (sample.checksum !== null) checksum[sample.checksum] += 1;
    if (sample.checksumAnyOk !== null) withAny += 1;
    if (sample.checksumAnyOk === true) anyOk += 1;
    if (sample.linesFromInput !== null) lines.push(sample.linesFromInput);
    finishes.set(sample.finishReason, (finishes.get(sample.finishReason) ?? 0) + 1);
    if (sample.requestedOutputTokens === null || sample.outputTokens === null) continue;
    requested += sample.requestedOutputTokens;
    given += sample.outputTokens;
    withLengths += 1;
  }
  const checked = checksum.ok + checksum.mismatch + checksum.absent;
  const checksumOkRate = estimateShare(checksum.ok, checked, noChecksum);
  const side = checked === 0 ? null : judgeAgainst(checksumOkRate.interval, wellFunctioning);
  const attainment = requested === 0 ? null : given / requested;
  return {
    checksum,
    checksumOkRate,
    checksumAnyOkRate: estimateShare(anyOk, withAny, noChecksum),
    checksumRule: { limit: wellFunctioning, side },
    linesFromInput: computeStatistics(lines, 'the workload has no lines to pick from, or no request succeeded'),
    outputAttainment: createMetricValue(attainment, withLengths, 'no request succeeded'),
    finishReasons: [...finishes]
      .map(([finishReason, times]) => ({ finishReason, count: times }))
      .sort((a, b) => b.count - a.count || (String(a.finishReason) < String(b.finishReason) ? -1 : 1))
      .slice(0, 20),
  };
}
