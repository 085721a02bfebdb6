import type { StagePlan } from '../domain/plan.ts';
import type { BatchRecord, StageStop } from '../domain/records.ts';
import type { Sample } from '../domain/sample.ts';
import type { StageLoad } from '../domain/stage-load.ts';
import { judgeCertainty } from '../metrics/judge-certainty.ts';
import { type BacklogPoint, judgeSaturation } from '../metrics/judge-saturation.ts';
import { serviceTimeOfFirst } from '../metrics/service-time-of-first.ts';
import type { Deps } from '../ports.ts';
import { scheduleArrivals } from '../workload/arrivals.ts';
import type { ClaimedBatch } from './claim-batch.ts';
import { meetingStage } from './meet-at-start.ts';

type Stores = Pick<Deps, 'stages' | 'batches' | 'blocks' | 'clock' | 'logger'>;
type Judge = (batches: readonly BatchRecord[]) => Promise<Omit<StageStop, 'atMs'> | null>;

/**
 * What each heartbeat asks of a stage that may end early: has it been stopped, or is it to be? One place judges, the worker
 * of the stage's lowest running batch, on what all of them have stored; all others learn of it from the stage record. Should
 * two judge at a time (one batch has just ended), the first to write it is the one that counts.
 */
export function watchStage(
  deps: Stores,
  { run, plan, stage }: ClaimedBatch,
  batch: number,
): () => Promise<StageStop['reason'] | null> {
  const judges = judgesOf(deps, run.runId, run.spec.seed, plan, stage);
  if (judges.length === 0) return async () => null;
  return async () => {
    const record = await deps.stages.get(run.runId, stage.stage);
    if (record?.stop != null) return record.stop.reason;
    const batches = await deps.batches.list(run.runId, stage.stage);
    if (batches.find(({ status }) => status === 'running')?.batch !== batch) return null;
    for (const judge of judges) {
      const found = await judge(batches);
      if (found === null) continue;
      const stop = await deps.stages.stop(run.runId, stage.stage, { ...found, atMs: deps.clock.nowMs() });
      deps.logger.info('stage stopped', { ...stop });
      return stop.reason;
    }
    return null;
  };
}

function judgesOf(deps: Stores, runId: string, seed: number, plan: readonly StagePlan[], stage: StagePlan): Judge[] {
  const { load } = stage;
  const judges: Judge[] = [];
  if (load.stopWhen !== null) judges.push(certaintyJudge(deps, runId, stage, load.stopWhen));
  if (load.mode === 'rate' && load.onSaturation !== 'ignore')
    judges.push(saturationJudge(deps, runId, seed, plan, stage, load));
  return judges;
}

function certaintyJudge(
  deps: Stores,
  runId: string,
  stage: StagePlan,
  rule: NonNullable<StageLoad['stopWhen']>,
): Judge {
  // Few looks, each at so much more than the last: every one is a chance to stop too early, and reads all samples so far.
  let nextN = rule.minRequests;
  return async (batches) => {
    if (batches.reduce((sum, { progress }) => sum + progress.ok, 0) < nextN) return null;
    const samples = await readSamples(deps, runId, stage, batches);
    const verdict = judgeCertainty(rule, samples, stage.requests);
    nextN = Math.max(nextN + 1, verdict.nextN ?? stage.requests);
    if (verdict.reason !== 'precise') return null;
    const precision = `${((verdict.precision ?? 0) * 100).toFixed(1)} %`;
    const detail = `${rule.metric} ${rule.statistic} is ${verdict.value?.toPrecision(4)} ± ${precision} at n = ${verdict.n}`;
    return { reason: 'sure', detail };
  };
}

function saturationJudge(
  deps: Stores,
  runId: string,
  seed: number,
  plan: readonly StagePlan[],
  stage: StagePlan,
  { rate, arrivals }: Extract<StageLoad, { mode: 'rate' }>,
): Judge {
  const { level, requests } = stage;
  const dueMs = scheduleArrivals({ seed, level, count: requests, rate, arrivals });
  const points: BacklogPoint[] = [];
  let due = 0;
  let serviceMs: number | null = null;
  return async (batches) => {
    const startAtMs = (await deps.stages.get(runId, meetingStage(plan, stage)))?.startAtMs ?? null;
    if (startAtMs === null) return null;
    const elapsedMs = deps.clock.nowMs() - startAtMs;
    while (due < requests && (dueMs[due] ?? 0) <= elapsedMs) due += 1;
    // Once all have fallen due the backlog only shrinks.
    if (elapsedMs < rate.rampMs || due === requests) return null;
    const ended = batches.reduce((sum, { progress: { ok, failed, cancelled } }) => sum + ok + failed + cancelled, 0);
    points.push({ atMs: elapsedMs - rate.rampMs, backlog: due - ended, due });
    if (ended > 0) serviceMs ??= serviceTimeOfFirst(await readSamples(deps, runId, stage, batches, 1));
    const found = judgeSaturation(points, serviceMs);
    if (found === null) return null;
    const [growth, low, asked] = [found.growthPerSecond, found.lowPerSecond, found.duePerSecond].map((value) =>
      value.toPrecision(3),
    );
    const detail = `requests fell due at ${asked}/s, and those not ended grew by ${growth}/s (at least ${low}/s)`;
    return { reason: 'over_saturated', detail };
  };
}

/** The samples that the batches have stored so far, or those of their first blocks. */
async function readSamples(
  deps: Stores,
  runId: string,
  { stage }: StagePlan,
  batches: readonly BatchRecord[],
  maxBlocks = Number.POSITIVE_INFINITY,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const { batch, blocks } of batches) {
    const first = Object.entries(blocks).map(([attempt, count]) => [attempt, Math.min(count, maxBlocks)] as const);
    for await (const block of deps.blocks.readSamples(runId, stage, batch, Object.fromEntries(first)))
      samples.push(...block);
  }
  return samples;
}
