import { z } from 'zod';
import type { Sample } from '../sample/sample.ts';
import { measureCachedInputShare } from './measure-token-counts.ts';
import { metricEstimateSchema } from './metric-estimate.ts';
import { computeStatistics, createMetricValue, metricValueSchema, statisticsSchema } from './metric-value.ts';
import { listMetricValues } from './request-metrics.ts';

export const turnMetricsSchema = z
  .object({
    turn: z.number().int().min(1),
    ttftMs: statisticsSchema,
    inputTokens: statisticsSchema,
    cachedInputShare: metricEstimateSchema,
    pauseMs: statisticsSchema.describe(
      'Time from the end of the previous turn to the start of this one; may be below 0',
    ),
    overlapShare: metricValueSchema.describe(
      'Share that started before the previous turn ended; null for the first turn',
    ),
  })
  .meta({ id: 'TurnMetrics', description: 'Requests of the same turn of their conversations' });
export type TurnMetrics = z.infer<typeof turnMetricsSchema>;

/**
 * Measures the successful requests of each conversation turn, because history and caches change the latency from turn
 * to turn. Returns the turns in order, or an empty list if the workload has no conversations.
 */
export function measureTurns(ok: readonly Sample[]): TurnMetrics[] {
  const ends = findTurnEnds(ok);
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
      ttftMs: computeStatistics(listMetricValues(samples, 'ttftMs'), 'no successful request has output'),
      inputTokens: computeStatistics(listMetricValues(samples, 'inputTokens'), 'no request succeeded'),
      cachedInputShare: measureCachedInputShare(samples),
      ...measurePauses(turn, samples, ends),
    }));
}

const makeTurnKey = (conversationIndex: number, turn: number) => `${conversationIndex}/${turn}`;

/** Finds the end of each turn. In Unix time (ms), because another worker with another clock may send the next turn. */
function findTurnEnds(ok: readonly Sample[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { conversationIndex, turn, originWallMs, endMs } of ok)
    if (conversationIndex !== null && turn !== null && originWallMs !== null && endMs !== null)
      found.set(makeTurnKey(conversationIndex, turn), originWallMs + endMs);
  return found;
}

/** Measures the pause before each request whose previous turn also succeeded. */
function measurePauses(
  turn: number,
  samples: readonly Sample[],
  ends: ReadonlyMap<string, number>,
): Pick<TurnMetrics, 'pauseMs' | 'overlapShare'> {
  const pausesMs = samples.flatMap(({ conversationIndex, originWallMs, startMs }) => {
    const endedAtMs = conversationIndex === null ? undefined : ends.get(makeTurnKey(conversationIndex, turn - 1));
    return endedAtMs === undefined || originWallMs === null || startMs === null
      ? []
      : [originWallMs + startMs - endedAtMs];
  });
  const reason =
    turn === 1 ? 'the first turn has no previous turn' : 'no successful turn has a successful previous turn';
  const known = pausesMs.length;
  const overlapping = pausesMs.filter((pauseMs) => pauseMs < 0).length;
  return {
    pauseMs: computeStatistics(pausesMs, reason),
    overlapShare: createMetricValue(known === 0 ? null : overlapping / known, known, reason),
  };
}
