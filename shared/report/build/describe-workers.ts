import type { Sample } from '../../sample/sample.ts';
import { sortedQuantile } from '../../stats/quantile.ts';
import type { WorkerReport } from '../model/instrument.ts';
import type { StageInput } from './stage-input.ts';

/** A stage may have a thousand workers; those that were latest are told of. */
const maxWorkers = 100;

/** Every worker's slip and start, in order of batch and attempt; of more than a hundred, those with the largest p99 slip. */
export function describeWorkers(attempts: StageInput['attempts'], measured: readonly Sample[]): WorkerReport[] {
  const slips = new Map<number, number[]>();
  for (const { batchIndex, attempt, startMs, dueMs } of measured) {
    if (startMs === null || dueMs === null) continue;
    const known = slips.get(keyOf(batchIndex, attempt));
    if (known === undefined) slips.set(keyOf(batchIndex, attempt), [startMs - dueMs]);
    else known.push(startMs - dueMs);
  }
  const workers = attempts.map(({ batchIndex, attempt, startLateMs }) => {
    const sortedMs = Float64Array.from(slips.get(keyOf(batchIndex, attempt)) ?? []).sort();
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
function keyOf(batchIndex: number, attempt: number): number {
  return batchIndex * 1_000_000 + attempt;
}
