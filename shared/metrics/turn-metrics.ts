import { z } from 'zod';
import type { Sample } from '../domain/sample.ts';
import { cachedInputShare } from './cached-input-share.ts';
import { figureSchema, statistics, statisticsSchema } from './figure.ts';
import { requestMetrics } from './request-metrics.ts';

export const turnMetricsSchema = z
  .object({
    turn: z.number().int().min(1),
    ttftMs: statisticsSchema,
    inputTokens: statisticsSchema,
    cachedInputShare: figureSchema,
  })
  .meta({ id: 'TurnMetrics', description: 'Requests that were the same turn of their conversations' });
export type TurnMetrics = z.infer<typeof turnMetricsSchema>;

/**
 * What each turn of a conversation was like: how far its history makes it longer, slower, or a cache makes up for it.
 * @param ok the samples that are ok
 * @returns in the order of the turns; empty where the workload has no conversations
 */
export function turnMetrics(ok: readonly Sample[]): TurnMetrics[] {
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
      ttftMs: statistics(
        samples.flatMap((sample) => requestMetrics(sample).ttftMs ?? []),
        'no request is ok with output',
      ),
      inputTokens: statistics(
        samples.flatMap(({ inputTokens }) => inputTokens ?? []),
        'no request is ok',
      ),
      cachedInputShare: cachedInputShare(samples),
    }));
}
