import { type Disturbance, disturbanceSchema } from '../../records/disturbance.ts';
import type { Sample } from '../../sample/sample.ts';
import { sortedQuantile } from '../../stats/quantile.ts';
import type { StageReport, WorkerReport } from '../model/report.ts';
import type { StageInput } from './stage-input.ts';

/** How disturbed the measuring of a stage was, and with what it was done: each runtime once, in the order of the attempts. */
export function describeInstrument(attempts: StageInput['attempts']): StageReport['instrument'] {
  const known = attempts.flatMap(({ runtime }) =>
    runtime === null ? [] : [[JSON.stringify(runtime), runtime] as const],
  );
  return { attempts: attempts.length, ...findWorst(attempts), runtimes: [...new Map(known).values()] };
}

const disturbances = disturbanceSchema.keyof().options;

/** The worst of each figure over all batch attempts, whichever had it; the reads of their error bars together. */
function findWorst(attempts: readonly Disturbance[]): Disturbance {
  const worst = (name: keyof Disturbance) => {
    const known = attempts.map((attempt) => attempt[name]).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
  const figures = Object.fromEntries(disturbances.map((name) => [name, worst(name)]));
  const errorReads = attempts.reduce((sum, attempt) => sum + attempt.errorReads, 0);
  return disturbanceSchema.parse({ ...figures, errorReads });
}

/** A stage may have a thousand workers; those that were latest are told of. */
const maxWorkers = 100;

/** Every worker's slip and start, in order of batch and attempt; of more than a hundred, those with the largest p99 slip. */
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

/** One number for the two: a batch has far fewer attempts than a million. */
function makeKey(batchIndex: number, attempt: number): number {
  return batchIndex * 1_000_000 + attempt;
}
