import { isScheduled, type ScheduledLoad, type StageLoad } from '../../shared/load/load.ts';
import { needsDataset, scheduleArrivals } from '../../shared/load/parts/arrivals.ts';
import { computeRequestsBeforeStop } from '../../shared/load/parts/load-fields.ts';
import {
  type BacklogPoint,
  judgeSaturation,
  measureFirstServiceTime,
} from '../../shared/metrics/judge/judge-saturation.ts';
import { findMeetingStage, type StagePlan } from '../../shared/plan/plan-run.ts';
import type { Deps } from '../../shared/ports.ts';
import type { BatchRecord, RunRecord, StageStop } from '../../shared/records/records.ts';
import { loadDataset } from '../../shared/runs/load-dataset.ts';
import type { Sample } from '../../shared/sample/sample.ts';
import type { ClaimedBatch } from './claim-batch.ts';
import { judgeCertainty, readCertaintyValue } from './judge-certainty.ts';

type Stores = Pick<Deps, 'stages' | 'batches' | 'blocks' | 'datasets' | 'clock' | 'logger'>;
type Judge = (batches: readonly BatchRecord[]) => Promise<Omit<StageStop, 'atMs'> | null>;

/**
 * Creates the check that each heartbeat makes to end a stage early. The worker of the stage's lowest-numbered running
 * batch evaluates the stored samples and writes its decision to the stage record for the other workers. Evaluations
 * read many samples, so they run in the background, one at a time, while heartbeats continue.
 */
export function watchStage(
  deps: Stores,
  { run, plan, stage }: ClaimedBatch,
  batchIndex: number,
): () => Promise<StageStop['reason'] | null> {
  const { load } = stage;
  const judges: Judge[] = [];
  if (load.stopWhen !== null) judges.push(createCertaintyJudge(deps, run.runId, stage, load.stopWhen));
  if (isScheduled(load) && load.onSaturation !== 'ignore')
    judges.push(createSaturationJudge(deps, run, plan, stage, load));
  if (judges.length === 0) return async () => null;
  let isJudging = false;
  const judgeStage = async () => {
    const batches = await deps.batches.list(run.runId, stage.stageIndex);
    if (batches.find(({ status }) => status === 'running')?.batchIndex !== batchIndex) return;
    for (const judge of judges) {
      const found = await judge(batches);
      if (found === null) continue;
      const stop = await deps.stages.stop(run.runId, stage.stageIndex, { ...found, atMs: deps.clock.nowMs() });
      return deps.logger.info('stage stopped', { ...stop });
    }
  };
  return async () => {
    const record = await deps.stages.get(run.runId, stage.stageIndex);
    if (record?.stop != null) return record.stop.reason;
    if (isJudging) return null;
    isJudging = true;
    judgeStage()
      .catch((error: unknown) => deps.logger.warn('stage not judged', { error }))
      .finally(() => {
        isJudging = false;
      });
    return null;
  };
}

function createCertaintyJudge(
  deps: Stores,
  runId: string,
  stage: StagePlan,
  rule: NonNullable<StageLoad['stopWhen']>,
): Judge {
  const readNew = createSampleReader(deps, runId, stage);
  const values: number[] = [];
  // Each evaluation can stop a stage too early by chance, so the next one waits until there are many more samples.
  let nextN = computeRequestsBeforeStop(rule);
  return async (batches) => {
    if (batches.reduce((sum, { progress }) => sum + progress.ok, 0) < nextN) return null;
    for await (const sample of readNew(batches)) {
      const value = readCertaintyValue(rule, sample);
      if (value !== null) values.push(value);
    }
    const verdict = judgeCertainty(rule, values, stage.requests);
    nextN = Math.max(nextN + 1, verdict.nextN ?? stage.requests);
    if (verdict.reason !== 'precise') return null;
    const precision = `${((verdict.precision ?? 0) * 100).toFixed(1)} %`;
    const detail = `${rule.metric} ${rule.statistic} is ${verdict.value?.toPrecision(4)} ± ${precision} at n = ${verdict.n}`;
    return { reason: 'precision_reached', detail };
  };
}

function createSaturationJudge(
  deps: Stores,
  run: RunRecord,
  plan: readonly StagePlan[],
  stage: StagePlan,
  load: ScheduledLoad,
): Judge {
  const { runId, tenantId, spec } = run;
  const { levelIndex, requests } = stage;
  const { rate, arrivals } = load;
  const { rampMs } = rate;
  const listDueMs = async () => {
    const dataset = needsDataset(arrivals) ? await loadDataset(deps, tenantId, spec.workload) : null;
    return scheduleArrivals({ seed: spec.seed, levelIndex, count: requests, rate, arrivals }, dataset);
  };
  const points: BacklogPoint[] = [];
  let dueMs: Float64Array | null = null;
  let due = 0;
  let serviceMs: number | null = null;
  return async (batches) => {
    const startAtMs = (await deps.stages.get(runId, findMeetingStage(plan, stage.stageIndex)))?.startAtMs ?? null;
    if (startAtMs === null) return null;
    dueMs ??= await listDueMs();
    const elapsedMs = deps.clock.nowMs() - startAtMs;
    while (due < requests && (dueMs[due] ?? 0) <= elapsedMs) due += 1;
    // After the last request is due, the number of open requests can only decrease.
    if (elapsedMs < rampMs || due === requests) return null;
    const ended = batches.reduce(
      (sum, { progress: { ok, failed, disturbed, canceled } }) => sum + ok + failed + disturbed + canceled,
      0,
    );
    points.push({ atMs: elapsedMs - rampMs, backlog: due - ended, due });
    if (ended > 0) serviceMs ??= measureFirstServiceTime(await readFirst(deps, runId, stage, batches));
    const found = judgeSaturation(points, serviceMs);
    if (found === null) return null;
    const rates = [found.growthPerSecond, found.lowPerSecond, found.duePerSecond];
    const [growth, low, asked] = rates.map((value) => value.toPrecision(3));
    const detail = `requests came due at ${asked}/s, and the number of open requests grew by ${growth}/s (at least ${low}/s with 95 % confidence)`;
    return { reason: 'over_saturated', detail };
  };
}

/** Reads the first block of samples of each batch attempt. */
async function readFirst(
  deps: Stores,
  runId: string,
  { stageIndex }: StagePlan,
  batches: readonly BatchRecord[],
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const { batchIndex, blocks } of batches) {
    const first = Object.entries(blocks).map(([attempt, count]) => [attempt, Math.min(count, 1)] as const);
    for await (const block of deps.blocks.readSamples(runId, stageIndex, batchIndex, Object.fromEntries(first)))
      samples.push(...block);
  }
  return samples;
}

/** Creates a reader of a stage's samples. Each call returns the samples stored since the last call, one per request. */
export function createSampleReader(
  deps: Pick<Deps, 'blocks'>,
  runId: string,
  { stageIndex, requests, warmup }: Pick<StagePlan, 'stageIndex' | 'requests' | 'warmup'>,
): (batches: readonly BatchRecord[]) => AsyncGenerator<Sample> {
  const read = new Map<number, Record<string, number>>();
  const seen = new Uint8Array(requests + warmup);
  return async function* (batches) {
    for (const { batchIndex, blocks } of batches) {
      for await (const block of deps.blocks.readSamples(runId, stageIndex, batchIndex, blocks, read.get(batchIndex)))
        for (const sample of block) {
          // A request can be in two blocks if a lost worker's block was added to the batch late.
          if (seen[sample.requestIndex] === 1) continue;
          seen[sample.requestIndex] = 1;
          yield sample;
        }
      read.set(batchIndex, { ...read.get(batchIndex), ...blocks });
    }
  };
}
