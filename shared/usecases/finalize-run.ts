import type { FinalizeMessage } from '../domain/messages.ts';
import { planRun, type StagePlan } from '../domain/plan.ts';
import type { BatchRecord, Failure, RunRecord, StopReason } from '../domain/records.ts';
import type { Sample } from '../domain/sample.ts';
import type { Deps } from '../ports.ts';
import { buildReport, type StageInput } from '../report/build-report.ts';
import { serializeReport } from '../report/serialize-report.ts';
import { tokenmeterVersion } from '../version.ts';
import { endRun } from './end-run.ts';
import { meetingStage } from './meet-at-start.ts';
import { readStageSamples } from './read-stage-samples.ts';

const stopMessages: Record<Exclude<StopReason, 'run_canceled'>, string> = {
  run_duration: 'The run reached limits.maxDurationMs; the report covers what was measured until then',
  error_rate: 'The share of failed requests passed limits.maxErrorRate; the report covers what was measured until then',
  cost_cap: 'The next request could have passed limits.maxCostUsd; the report covers what was measured until then',
};

/**
 * Makes the report of a run whose stages are over, stores it, and ends the run. Doing it again gives the same bytes: the
 * report is a function of the spec, the samples and the prices alone.
 */
export async function finalizeRun(deps: Deps, message: FinalizeMessage): Promise<void> {
  const run = await deps.runs.get(message.runId);
  if (run === null || run.status !== 'finalizing') return;
  const plan = planRun(run.spec, run);
  const stages: StageInput[] = [];
  const failures: Failure[] = [];
  for (const stage of plan) {
    const input = await readStage(deps, run, plan, stage);
    stages.push(input);
    failures.push(...input.failures);
  }
  const failure = failureOf(run, failures);
  const report = buildReport({ run: { ...run, failure }, stages, tokenmeterVersion });
  await deps.reports.put(run.runId, serializeReport(report));
  const status = run.stop === 'run_canceled' ? 'canceled' : failure === null ? 'completed' : 'failed';
  const { verdict, trust } = report;
  await endRun(deps, run.runId, {
    status,
    failure,
    verdict: verdict.result,
    trust: trust.result,
    trustReasons: trust.reasons,
  });
}

function failureOf(run: RunRecord, failures: readonly Failure[]): Failure | null {
  if (run.stop === 'run_canceled') return null;
  if (run.stop !== null) return { code: run.stop, message: stopMessages[run.stop] };
  return failures[0] ?? null;
}

async function readStage(
  deps: Deps,
  run: RunRecord,
  plan: readonly StagePlan[],
  stage: StagePlan,
): Promise<StageInput> {
  const batches = await deps.batches.list(run.runId, stage.stage);
  const samples: Sample[] = [];
  for await (const batch of readStageSamples(deps, run, stage)) for (const sample of batch) samples.push(sample);
  const record = await deps.stages.get(run.runId, meetingStage(plan, stage));
  return {
    plan: stage,
    startAtMs: record?.startAtMs ?? null,
    samples,
    chunkGapsMs: await readChunkGaps(deps, run.runId, stage, batches, samples),
    attempts: batches.flatMap(({ attempts }) => attempts),
    failures: batches.flatMap(({ failure, status }) => (status === 'failed' && failure !== null ? [failure] : [])),
  };
}

/** Beyond this many (some 200 MB) gaps are not kept: quantiles over all of them would no longer fit a worker's memory. */
const maxChunkGaps = 25_000_000;

/**
 * All gaps between successive output events of the stage's good measured requests, in order of batch and block; null where
 * there are too many.
 */
async function readChunkGaps(
  deps: Deps,
  runId: string,
  stage: StagePlan,
  batches: readonly BatchRecord[],
  samples: readonly Sample[],
): Promise<Float64Array | null> {
  const counted = new Map<number, number>();
  let total = 0;
  for (const { index, warmup, outcome, outputEvents } of samples) {
    if (warmup || outcome !== 'ok') continue;
    counted.set(index, outputEvents);
    total += Math.max(0, outputEvents - 1);
  }
  if (total > maxChunkGaps) return null;
  const gapsMs = new Float64Array(total);
  let length = 0;
  for (const batch of batches) {
    for await (const timelines of deps.blocks.readTimelines(runId, stage.stage, batch.batch, batch.blocks)) {
      for (const { index, outputEventsMs } of timelines) {
        // Once only: an index stands in two blocks where a lost worker's block was adopted late.
        if (!counted.delete(index)) continue;
        for (let k = 1; k < outputEventsMs.length; k++) {
          gapsMs[length++] = (outputEventsMs[k] ?? 0) - (outputEventsMs[k - 1] ?? 0);
        }
      }
    }
  }
  return gapsMs.subarray(0, length);
}
