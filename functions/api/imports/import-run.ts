import { chooseOrigin } from '../../../shared/llmperf/choose-origin.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import { buildBatch, buildRun, noProgress } from '../../../shared/records/manifest.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { buildReport } from '../../../shared/report/build/build-report.ts';
import { serializeReport } from '../../../shared/report/build/serialize-report.ts';
import { insertRun } from '../../../shared/runs/create-run.ts';
import { createWithinQuotas } from '../../../shared/runs/create-within-quotas.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import { tokenmeterVersion } from '../../../shared/version.ts';
import type { ApiDeps } from '../compose.ts';
import type { Caller } from '../http/define-endpoint.ts';
import { type ImportInput, planImport } from './plan-import.ts';

/** Limits on one block of samples, so that a block fits in a DynamoDB item even without compression. */
const maxBlockSamples = 500;
const maxBlockTextLength = 90_000;

/** Attempt number that is stored with imported samples. */
const attempt = 1;

/**
 * Creates a completed run from LLMPerf result files. Writes the run record last, so an interrupted import leaves no
 * partial run. If the run id already exists, returns the existing run.
 * @throws AppError INVALID_REQUEST if the files contain no requests, or QUOTA_EXCEEDED
 */
export async function importRun({ deps, tenantId }: Caller, input: ImportInput, runId: string): Promise<RunRecord> {
  const existing = await deps.runs.get(runId);
  if (existing !== null) return existing;
  const planned = planImport(input);
  const { run } = await createWithinQuotas(deps, tenantId, { storedRuns: 1 }, () =>
    storeImport({ deps, tenantId }, planned, runId),
  );
  return run;
}

async function storeImport(
  { deps, tenantId }: Caller,
  { spec, samples }: ReturnType<typeof planImport>,
  runId: string,
): ReturnType<typeof insertRun> {
  const nowMs = deps.clock.nowMs();
  const { maxStreamsPerWorker } = deps.config;
  const run = buildRun({ runId, tenantId, spec, maxStreamsPerWorker, createdAtMs: nowMs });
  const report = buildReport({
    run,
    origin: chooseOrigin(spec),
    stages: planRun(spec, { maxStreamsPerWorker }).map((plan, stageIndex) => ({
      plan,
      startAtMs: null,
      stop: null,
      samples: samples[stageIndex] ?? [],
      chunkGapsMs: null,
      attempts: [],
      failures: [],
    })),
    tokenmeterVersion,
  });
  for (const [stageIndex, own] of samples.entries()) await storeStage(deps, { runId, stageIndex }, own, nowMs);
  await deps.reports.put(runId, serializeReport(report));
  return insertRun(deps, {
    ...run,
    status: 'completed',
    groupIndex: samples.length,
    trust: report.trust.result,
    trustReasons: report.trust.reasons,
    endedAtMs: nowMs,
    endStatus: 'completed',
  });
}

async function storeStage(
  deps: ApiDeps,
  stage: { runId: string; stageIndex: number },
  samples: readonly Sample[],
  nowMs: number,
): Promise<void> {
  const batch = { ...stage, batchIndex: 0 };
  const blocks = splitIntoBlocks(samples);
  for (const [sequence, block] of blocks.entries()) await deps.blocks.put({ ...batch, attempt, sequence }, block, []);
  await deps.stages.open({ ...stage, openedAtMs: nowMs });
  const ok = samples.filter(({ outcome }) => outcome === 'ok').length;
  await deps.batches.create({
    ...buildBatch({ ...batch, queuedAtMs: nowMs }),
    status: 'done',
    blocks: { [attempt]: blocks.length },
    progress: { ...noProgress, tally: null, issued: samples.length, ok, failed: samples.length - ok },
  });
}

function splitIntoBlocks(samples: readonly Sample[]): Sample[][] {
  const blocks: Sample[][] = [];
  let block: Sample[] = [];
  let length = 0;
  for (const sample of samples) {
    const own = JSON.stringify(sample.recorded).length + (sample.error?.message.length ?? 0);
    if (block.length > 0 && (block.length >= maxBlockSamples || length + own > maxBlockTextLength)) {
      blocks.push(block);
      [block, length] = [[], 0];
    }
    block.push(sample);
    length += own;
  }
  return block.length === 0 ? blocks : [...blocks, block];
}
