import { chooseThroughput } from '../../cost/compute-dedicated-cost.ts';
import { showLevel } from '../../load/load.ts';
import { findOpenSpans } from '../../metrics/find-open-spans.ts';
import { measureConcurrency } from '../../metrics/windows/measure-concurrency.ts';
import { measureWindows } from '../../metrics/windows/measure-windows.ts';
import { type Disturbance, disturbanceSchema } from '../../records/attempt-note.ts';
import { formatInstant } from '../../records/format-instant.ts';
import type { Sample } from '../../sample/sample.ts';
import type { RunSpec } from '../../spec/run-spec.ts';
import { sortedQuantile } from '../../stats/quantile.ts';
import type { StageReport, WorkerReport } from '../model/report.ts';
import { buildResult } from './build-result.ts';
import { measuredOrigin, type ReportOrigin } from './report-origin.ts';
import type { StageInput } from './stage-input.ts';
import { listStageWarnings } from './warn/list-stage-warnings.ts';

export function buildStageReport(spec: RunSpec, input: StageInput, origin: ReportOrigin = measuredOrigin): StageReport {
  const { plan, samples, chunkGapsMs, attempts, startAtMs, stop } = input;
  const { stageIndex, groupIndex, levelIndex, load } = plan;
  const target = spec.targets[plan.targetIndex];
  if (target === undefined)
    throw new Error(`Stage ${stageIndex} has target ${plan.targetIndex}, which is not in the spec`);
  const measured = samples.filter(({ warmup }) => !warmup);
  const spans = findOpenSpans(measured);
  const { workload, slos } = spec;
  const { windows, full } = measureWindows(spans, load, slos);
  const throughput = chooseThroughput(stageIndex, windows);
  const result = buildResult({ samples, chunkGapsMs, target, throughput, workload, slos });
  return origin.completeStage({
    stageIndex,
    groupIndex,
    targetId: target.id,
    levelIndex,
    load: showLevel(load),
    batches: plan.batches.length,
    startAt: startAtMs === null ? null : formatInstant(startAtMs),
    stop: stop === null ? null : { reason: stop.reason, at: formatInstant(stop.atMs), detail: stop.detail },
    windows,
    concurrencyOverTime: measureConcurrency(spans, full),
    workers: describeWorkers(attempts, measured),
    instrument: describeInstrument(attempts),
    ...result,
    warnings: [...result.warnings, ...listStageWarnings(input, measured, spans)],
  });
}

/** Describes how much the stage's instrument was disturbed. Lists each runtime once, in the order of the attempts. */
export function describeInstrument(attempts: StageInput['attempts']): StageReport['instrument'] {
  const known = attempts.flatMap(({ runtime }) =>
    runtime === null ? [] : [[JSON.stringify(runtime), runtime] as const],
  );
  return { attempts: attempts.length, ...findWorst(attempts), runtimes: [...new Map(known).values()] };
}

const disturbances = disturbanceSchema.keyof().options;

/** Returns the worst value of each disturbance over all batch attempts. `errorReads` is the sum over all attempts. */
function findWorst(attempts: readonly Disturbance[]): Disturbance {
  const worst = (name: keyof Disturbance) => {
    const known = attempts.map((attempt) => attempt[name]).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
  const values = Object.fromEntries(disturbances.map((name) => [name, worst(name)]));
  const errorReads = attempts.reduce((sum, attempt) => sum + attempt.errorReads, 0);
  return disturbanceSchema.parse({ ...values, errorReads });
}

const maxWorkers = 100;

/** Lists how late each worker and its requests started. Keeps the 100 batch attempts with the largest p99 slip. */
export function describeWorkers(attempts: StageInput['attempts'], measured: readonly Sample[]): WorkerReport[] {
  const slips = new Map<number, number[]>();
  for (const { batchIndex, attempt, startMs, dueMs } of measured) {
    if (startMs === null || dueMs === null) continue;
    const known = slips.get(makeKey(batchIndex, attempt));
    if (known === undefined) slips.set(makeKey(batchIndex, attempt), [startMs - dueMs]);
    else known.push(startMs - dueMs);
  }
  const workers = attempts.map(({ batchIndex, attempt, startLateMs }) => {
    const sortedMs = Float64Array.from(slips.get(makeKey(batchIndex, attempt)) ?? []).sort();
    const at = (p: number) => sortedQuantile(sortedMs, p);
    const requests = sortedMs.length;
    return { batchIndex, attempt, requests, startLateMs, slipP50Ms: at(0.5), slipP99Ms: at(0.99), slipMaxMs: at(1) };
  });
  return workers
    .toSorted((a, b) => (b.slipP99Ms ?? 0) - (a.slipP99Ms ?? 0))
    .slice(0, maxWorkers)
    .sort((a, b) => a.batchIndex - b.batchIndex || a.attempt - b.attempt);
}

/** Makes a unique number from both indices, because a batch never has a million attempts. */
function makeKey(batchIndex: number, attempt: number): number {
  return batchIndex * 1_000_000 + attempt;
}
