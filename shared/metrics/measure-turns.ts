import { z } from 'zod';
import type { Sample } from '../sample/sample.ts';
import { measureCachedInputShare } from './measure-cached-shares.ts';
import { metricEstimateSchema } from './metric-estimate.ts';
import { computeStatistics, createMetricValue, metricValueSchema, statisticsSchema } from './metric-value.ts';
import { pickKnownValues } from './pick-known-values.ts';
import { listMetricValues } from './request-metrics.ts';

export const turnMetricsSchema = z
  .object({
    turn: z.number().int().min(1),
    ttftMs: statisticsSchema,
    inputTokens: statisticsSchema,
    cachedInputShare: metricEstimateSchema,
    pauseMs: statisticsSchema.describe(
      'From the end of the turn before to the start of this one; below 0 where it was asked before that',
    ),
    overlapShare: metricValueSchema.describe('Asked before the turn before it had ended; null for the first turn'),
  })
  .meta({ id: 'TurnMetrics', description: 'Requests that were the same turn of their conversations' });
export type TurnMetrics = z.infer<typeof turnMetricsSchema>;

/**
 * What each turn of a conversation was like: how far its history makes it longer, slower, or a cache makes up for it.
 * @param ok the samples that are ok
 * @returns in the order of the turns; empty where the workload has no conversations
 */
export function measureTurns(ok: readonly Sample[]): TurnMetrics[] {
  const endOf = findEndsByTurn(ok);
  const byTurn = new Map<number, Sample[]>();
  for (const sample of ok) {
    if (sample.turn === null) continue;
    const samples = byTurn.get(sample.turn) ?? [];
    samples.push(sample);
    byTurn.set(sample.turn, samples);
  }
  return [...byTurn]
    .sort(([a], [b]) => a - b)
    .map(([turn, samples]) => ({
      turn,
      ttftMs: computeStatistics(listMetricValues(samples, 'ttftMs'), 'no request is ok with output'),
      inputTokens: computeStatistics(
        pickKnownValues(samples, ({ inputTokens }) => inputTokens),
        'no request is ok',
      ),
      cachedInputShare: measureCachedInputShare(samples),
      ...measurePauses(turn, samples, endOf),
    }));
}

const turnKey = (conversationIndex: number, turn: number) => `${conversationIndex}/${turn}`;

/** When each turn of each conversation ended, on the wall clock: it may have been another worker's. */
function findEndsByTurn(ok: readonly Sample[]): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const { conversationIndex, turn, originWallMs, endMs } of ok)
    if (conversationIndex !== null && turn !== null && originWallMs !== null && endMs !== null)
      ends.set(turnKey(conversationIndex, turn), originWallMs + endMs);
  return ends;
}

/** Over requests whose earlier turn is among the samples too. */
function measurePauses(
  turn: number,
  samples: readonly Sample[],
  endOf: ReadonlyMap<string, number>,
): Pick<TurnMetrics, 'pauseMs' | 'overlapShare'> {
  const pausesMs = samples.flatMap(({ conversationIndex, originWallMs, startMs }) => {
    const endedAtMs = conversationIndex === null ? undefined : endOf.get(turnKey(conversationIndex, turn - 1));
    return endedAtMs === undefined || originWallMs === null || startMs === null
      ? []
      : [originWallMs + startMs - endedAtMs];
  });
  const reason =
    turn === 1 ? 'there is no turn before the first' : 'no request has its earlier turn among the good ones';
  const known = pausesMs.length;
  const overlapping = pausesMs.filter((pauseMs) => pauseMs < 0).length;
  return {
    pauseMs: computeStatistics(pausesMs, reason),
    overlapShare: createMetricValue(known === 0 ? null : overlapping / known, known, reason),
  };
}
