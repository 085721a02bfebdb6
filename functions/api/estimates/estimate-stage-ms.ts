import { whenExpectedMs } from '../../../shared/load/parts/rate-profile.ts';
import type { StagePlan } from '../../../shared/plan/plan.ts';

/**
 * How long a stage would take if each request took `e2eMs`: its ramp and waves of `concurrency` in a closed loop, rounds no
 * closer than their period, the schedule's span and the last request in an open loop; the warm-up before it in waves of
 * the same width. A stage's own duration bounds when its last request starts.
 */
export function estimateStageMs({ load, warmup }: Pick<StagePlan, 'load' | 'warmup'>, e2eMs: number): number {
  const lastStartBoundMs = load.durationMs ?? Number.POSITIVE_INFINITY;
  const { requests } = load;
  if (load.mode === 'rate') {
    const spanMs = whenExpectedMs(load.rate, requests - 1);
    const warmupMs = Math.ceil(warmup / load.maxConcurrency) * e2eMs;
    return warmupMs + Math.min(spanMs, lastStartBoundMs) + e2eMs;
  }
  const width = Math.min(load.concurrency, requests);
  const waves = Math.ceil(requests / width);
  const waveMs = load.mode === 'rounds' ? Math.max(e2eMs, load.minPeriodMs) : e2eMs;
  const warmupMs = Math.ceil(warmup / width) * e2eMs;
  // On a ramp the streams are open half of it on average.
  const rampMs = load.mode === 'concurrency' ? load.rampMs / 2 : 0;
  return warmupMs + Math.min(rampMs + (waves - 1) * waveMs, lastStartBoundMs) + e2eMs;
}
