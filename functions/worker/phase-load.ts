import { scheduleArrivals } from '../../shared/load/parts/arrivals.ts';
import type { PhaseLoad } from '../../shared/measure/instrument.ts';
import type { BatchPlan, StagePlan } from '../../shared/plan/plan.ts';

/**
 * What one batch attempt asks of the instrument for the indices it has yet to measure. A later attempt goes on where the
 * load was broken off: it does not ramp up again, nor sends at once all that fell due meanwhile.
 */
export function phaseLoad(
  seed: number,
  { load, levelIndex, requests, batches }: StagePlan,
  { batchIndex, concurrency }: BatchPlan,
  attempt: number,
  indices: readonly number[],
): PhaseLoad {
  if (load.mode === 'rounds') return { mode: 'rounds', concurrency, minPeriodMs: load.minPeriodMs };
  if (load.mode === 'concurrency') {
    if (load.rampMs === 0 || attempt > 1) return { mode: 'concurrency', concurrency };
    // Every worker's slots are spread over the whole ramp, and the workers' slots lie between one another's.
    const spreadMs = load.rampMs / concurrency;
    return { mode: 'concurrency', concurrency, ramp: { firstMs: (spreadMs * batchIndex) / batches.length, spreadMs } };
  }
  const schedule = scheduleArrivals({ seed, levelIndex, count: requests, rate: load.rate, arrivals: load.arrivals });
  const baseMs = attempt > 1 ? (schedule[indices[0] ?? 0] ?? 0) : 0;
  const dueMs = Float64Array.from(indices, (index) => (schedule[index] ?? 0) - baseMs);
  return { mode: 'rate', maxConcurrency: concurrency, whenFull: load.whenFull, dueMs };
}
