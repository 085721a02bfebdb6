import { z } from 'zod';
import { type Arrivals, scheduleArrivals } from '../../parts/arrivals.ts';
import { concurrencySchema } from '../../parts/load-fields.ts';
import { buildRateProfile, type RateLevel, type RateProfile, whenExpectedMs } from '../../parts/rate-profile.ts';
import type { StopWhen } from '../../parts/stop-when.ts';
import type { PhaseLoad } from '../../phase-load.ts';
import type { BatchSlice, StageBase, StageMode } from '../load-mode.ts';

/** What bounds an open loop. */
export const boundFields = {
  maxConcurrency: concurrencySchema
    .default(256)
    .describe('Open streams at most, shared out evenly among the workers of the stage'),
  whenFull: z
    .enum(['refuse', 'wait'])
    .default('refuse')
    .describe(
      'A request that is due while maxConcurrency streams are open is not sent, and says so; or it waits for one to end, and scheduledLatencyMs has its wait',
    ),
  onSaturation: z
    .enum(['ignore', 'stop_stage', 'stop_levels'])
    .default('ignore')
    .describe(
      'When requests fall due faster than they end, for good: go on, stop the stage, or leave out the later levels of the target, too',
    ),
};

type Bound = {
  maxConcurrency: number;
  whenFull: 'refuse' | 'wait';
  onSaturation: 'ignore' | 'stop_stage' | 'stop_levels';
};

/** An open loop: requests fall due by a schedule, whether or not those before them have ended. */
export type RateStage = StageBase & Bound & { mode: 'rate'; rate: RateProfile; arrivals: Arrivals };

export function buildRateStage(
  load: Bound & { stopWhen?: StopWhen | undefined },
  arrivals: Arrivals,
  level: RateLevel & { durationMs?: number | undefined },
): RateStage {
  const { maxConcurrency, whenFull, onSaturation, stopWhen = null } = load;
  const { requests, durationMs = null } = level;
  const bound = { maxConcurrency, whenFull, onSaturation };
  return { mode: 'rate', rate: buildRateProfile(level), arrivals, ...bound, requests, durationMs, stopWhen };
}

export const rateStage: StageMode<RateStage> = {
  name: 'rate',
  refillsStreams: false,
  toPhaseLoad: toRatePhase,
  estimateMs: ({ rate, requests, maxConcurrency, durationMs }, warmup, e2eMs) => {
    const lastStartMs = Math.min(whenExpectedMs(rate, requests - 1), durationMs ?? Number.POSITIVE_INFINITY);
    return Math.ceil(warmup / maxConcurrency) * e2eMs + lastStartMs + e2eMs;
  },
  show: ({ rate, maxConcurrency, whenFull }) => ({ ...rate, maxConcurrency, whenFull }),
};

/** A later attempt continues the schedule where the load was broken off: it does not send at once all that fell due meanwhile. */
function toRatePhase(stage: RateStage, slice: BatchSlice): PhaseLoad {
  const { rate, arrivals, whenFull } = stage;
  const { seed, levelIndex, requests, attempt, indices, concurrency, dataset } = slice;
  const schedule = scheduleArrivals({ seed, levelIndex, count: requests, rate, arrivals }, dataset);
  const baseMs = attempt > 1 ? (schedule[indices[0] ?? 0] ?? 0) : 0;
  const dueMs = Float64Array.from(indices, (index) => (schedule[index] ?? 0) - baseMs);
  return { mode: 'rate', maxConcurrency: concurrency, whenFull, dueMs };
}
