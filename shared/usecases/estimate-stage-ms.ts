import type { StagePlan } from '../domain/plan.ts';
import type { Load } from '../domain/run-spec.ts';

/**
 * How long a stage would take if each request took `e2eMs`: waves of `concurrency` in a closed loop, rounds no closer
 * than their period, the schedule's span and the last request in an open loop; the warm-up before it in waves of the
 * same width. A stage's own duration bounds when its last request starts.
 */
export function estimateStageMs(
  load: Load,
  plan: Pick<StagePlan, 'level' | 'requests' | 'warmup'>,
  e2eMs: number,
): number {
  const stage = load.stages[plan.level];
  const lastStartBoundMs = stage?.durationMs ?? Number.POSITIVE_INFINITY;
  if (load.mode === 'rate') {
    const perSecond = load.stages[plan.level]?.requestsPerSecond ?? 1;
    const spanMs = ((plan.requests - 1) / perSecond) * 1_000;
    const warmupMs = Math.ceil(plan.warmup / load.maxConcurrency) * e2eMs;
    return warmupMs + Math.min(spanMs, lastStartBoundMs) + e2eMs;
  }
  const width = Math.min(load.stages[plan.level]?.concurrency ?? 1, plan.requests);
  const waves = Math.ceil(plan.requests / width);
  const waveMs = load.mode === 'rounds' ? Math.max(e2eMs, load.minPeriodMs) : e2eMs;
  const warmupMs = Math.ceil(plan.warmup / width) * e2eMs;
  return warmupMs + Math.min((waves - 1) * waveMs, lastStartBoundMs) + e2eMs;
}
