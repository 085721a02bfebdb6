import { z } from 'zod';
import { computeRequestCostUsd } from '../../../shared/cost/compute-request-cost-usd.ts';
import { estimateServiceCost } from '../../../shared/cost/estimate-service-cost.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { findSweep, getStageMode, isSearch } from '../../../shared/load/load.ts';
import { listMostLevels } from '../../../shared/load/parts/search-load.ts';
import { type DecidedLevel, planRun, type StagePlan } from '../../../shared/plan/plan-run.ts';
import { serviceCostSchema } from '../../../shared/records/service-cost.ts';
import { validateRunSpec } from '../../../shared/runs/checks/validate-run-spec.ts';
import { buildStoredSpec } from '../../../shared/runs/create-run.ts';
import { loadDataset } from '../../../shared/runs/load-dataset.ts';
import type { RunSpec, RunSpecInput } from '../../../shared/spec/run-spec.ts';
import { runInSlices, type Steps } from '../../../shared/time-slices.ts';
import type { Dataset } from '../../../shared/workload/datasets/dataset.ts';
import type { TokenEstimate } from '../../../shared/workload/kinds/workload-kind.ts';
import type { Prompt } from '../../../shared/workload/prompt.ts';
import { buildPromptInSteps, describeWorkload, estimateTokens } from '../../../shared/workload/workload.ts';
import type { Caller } from '../http/define-endpoint.ts';
import { type CostBounds, computeCostBounds } from './compute-cost-bounds.ts';

const count = z.int().min(0);
const knownUsd = z.number().min(0);
const usd = knownUsd.nullable();
const requests = z.object({ measured: count, warmup: count });

const tokenCounts = { inputTokens: count, outputTokens: count };
const targetEstimateSchema = z.object({ targetId: z.string(), requests, ...tokenCounts, costUsd: usd });
type TargetEstimate = z.infer<typeof targetEstimateSchema>;

export const estimateSchema = z
  .object({
    requests: requests.extend({ total: count }),
    inputTokens: count.describe('Input tokens of all requests (Llama 2 tokenizer)'),
    outputTokens: count.describe('Requested output tokens of all requests'),
    costUsd: usd.describe('Expected cost in USD. Null if a target has no pricing'),
    costBounds: z
      .object({
        lowUsd: knownUsd,
        highUsd: knownUsd.describe('Upper bound. 95 % of possible totals are between lowUsd and highUsd'),
        worstCaseUsd: knownUsd.describe('Total if every request costs as much as the most expensive sampled request'),
      })
      .nullable()
      .describe('Range of the cost in USD. Null if a target has no pricing'),
    costCapUsd: usd.describe('Cost limit in USD (`limits.maxCostUsd`). Null if not set'),
    targets: z.array(targetEstimateSchema),
    stages: count,
    batches: count,
    workers: count.describe('Maximum number of concurrent workers'),
    durationMs: z
      .object({ min: count, max: count })
      .describe('Duration in milliseconds, at most `limits.maxDurationMs`'),
    service: z
      .object({ min: serviceCostSchema, max: serviceCostSchema })
      .describe('AWS usage in addition to tokens, for the shortest and the longest duration'),
    assumptions: z.array(z.string()).describe('Assumptions of the estimate'),
  })
  .meta({ id: 'Estimate' });
type RunEstimate = z.infer<typeof estimateSchema>;

/**
 * Estimates the number of requests, the tokens, the duration, and the cost of a spec without running it.
 * @param e2eLatencyMs assumed end-to-end latency; if null, the estimate is a range from a fast to a slow endpoint
 * @throws AppError INVALID_SPEC if `createRun` would reject the spec
 */
export async function estimateRun(
  { deps, tenantId }: Caller,
  input: RunSpecInput,
  e2eLatencyMs: number | null,
): Promise<RunEstimate> {
  const { pinned, prices } = await validateRunSpec(deps, tenantId, input);
  const spec = buildStoredSpec(pinned, input.seed ?? 0, prices);
  const stages = planRun(spec, { ...deps.config, levels: listPossibleLevels(spec) });
  const dataset = await loadDataset(deps, tenantId, spec.workload);
  const deleted = 'The dataset of the workload was deleted during the request. Upload it again and retry.';
  if (dataset === undefined) throw new AppError('CONFLICT', deleted);
  const tokens = await await runInSlices(estimateTokens(spec.workload, dataset));
  const latency = chooseLatencyRange(e2eLatencyMs, tokens.outputTokensMean);
  // Groups run one after another; the stages of a group run at the same time.
  const groups = [...Map.groupBy(stages, ({ groupIndex }) => groupIndex).values()];
  const totalMs = (e2eMs: number) => {
    const groupsMs = groups.map((group) => Math.max(...group.map((stage) => estimateStageMs(stage, e2eMs))));
    return Math.round(Math.min(spec.limits.maxDurationMs, sum(groupsMs)));
  };
  const planned = countPlanned(stages);
  const total = planned.measured + planned.warmup;
  const targets = estimateTargets(spec, stages, tokens);
  const costs = targets.map(({ costUsd }) => costUsd);
  const sizes = await await runInSlices(sampleRequestSizes(spec, dataset, tokens));
  const serviceAt = (e2eMs: number) => estimateServiceCost(stages.map((stage) => estimateUse(stage, e2eMs, tokens)));
  return {
    requests: { ...planned, total },
    inputTokens: Math.round(total * tokens.inputTokensMean),
    outputTokens: Math.round(total * tokens.outputTokensMean),
    costUsd: costs.every((cost) => cost !== null) ? sum(costs) : null,
    costBounds: estimateBounds(spec, targets, sizes),
    costCapUsd: spec.limits.maxCostUsd ?? null,
    targets,
    stages: stages.length,
    batches: countBatches(stages),
    workers: Math.max(...groups.map(countBatches)),
    durationMs: { min: totalMs(latency.minMs), max: totalMs(latency.maxMs) },
    service: { min: serviceAt(latency.minMs), max: serviceAt(latency.maxMs) },
    assumptions: [latency.assumption, ...listAssumptions(spec, tokens, sizes.length)],
  };
}

function listAssumptions({ load, workload }: RunSpec, tokens: TokenEstimate, sampledSizes: number): string[] {
  return [
    `Workload: ${describeWorkload(workload)}`,
    `Input tokens: ${tokens.inputTokensMean.toFixed(1)} per request on average (Llama 2 tokenizer)`,
    `Output tokens: ${tokens.outputTokensMean.toFixed(1)} per request on average, as requested; a model may return fewer`,
    'Totals include warm-up requests, because their tokens are also charged',
    `costBounds: 95 % of possible totals if request sizes are independent; the worst case prices every request like the most expensive of the first ${sampledSizes}`,
    'service: AWS usage in addition to tokens, estimated from counts; a local service does not incur this cost',
    ...(isSearch(load) ? ['The search measures its maximum number of levels; most searches need fewer'] : []),
  ];
}

function estimateBounds(
  { targets: priced, limits }: RunSpec,
  targets: readonly TargetEstimate[],
  sizes: Parameters<typeof computeCostBounds>[1],
): CostBounds | null {
  const known = targets.flatMap(({ requests: { measured, warmup }, costUsd: expectedUsd }, index) => {
    const pricing = priced[index]?.pricing;
    if (pricing === undefined || expectedUsd === null) return [];
    return [{ pricing, requests: measured + warmup, expectedUsd }];
  });
  return known.length < targets.length ? null : computeCostBounds(known, sizes, limits.maxCostUsd ?? null);
}

/** Limits on the prompts that are built for one estimate. */
const maxSampledPrompts = 200;
const maxSampledTokens = 200_000;

/** Measures the sizes of the workload's first prompts, in tokens. If prompts are long, fewer of them are measured. */
function* sampleRequestSizes(
  { workload, seed }: RunSpec,
  dataset: Dataset | null,
  { inputTokensMean }: TokenEstimate,
): Steps<Pick<Prompt, 'inputTokens' | 'maxOutputTokens'>[]> {
  const fitting = Math.floor(maxSampledTokens / Math.max(1, inputTokensMean));
  const sizes = [];
  for (let number = 0; number < Math.max(2, Math.min(maxSampledPrompts, fitting)); number++) {
    const prompt = yield* buildPromptInSteps(workload, { seed, kind: 'measured', number }, dataset);
    sizes.push({ inputTokens: prompt.inputTokens, maxOutputTokens: prompt.maxOutputTokens });
    yield;
  }
  return sizes;
}

function estimateUse(stage: StagePlan, e2eMs: number, { outputTokensMean }: TokenEstimate) {
  const requests = stage.requests + stage.warmup;
  const batches = stage.batches.length;
  const busyMs = batches * estimateStageMs(stage, e2eMs);
  return { batches, requests, outputEvents: requests * outputTokensMean, busyMs };
}

function estimateStageMs({ load, warmup }: StagePlan, e2eMs: number): number {
  return getStageMode(load).estimateMs(load, warmup, e2eMs);
}

function listPossibleLevels({ load, targets }: RunSpec): DecidedLevel[] {
  const search = findSweep(load)?.search ?? null;
  if (search === null) return [];
  const values = listMostLevels(search);
  return [...targets.keys()].flatMap((targetIndex) => values.map((value) => ({ targetIndex, value, isSized: true })));
}

function estimateTargets({ targets }: RunSpec, stages: readonly StagePlan[], tokens: TokenEstimate): TargetEstimate[] {
  const mean = { inputTokens: tokens.inputTokensMean, outputTokens: tokens.outputTokensMean };
  return targets.map(({ id: targetId, pricing }, index) => {
    const requests = countPlanned(stages.filter((stage) => stage.targetIndex === index));
    const count = requests.measured + requests.warmup;
    return {
      targetId,
      requests,
      inputTokens: Math.round(count * mean.inputTokens),
      outputTokens: Math.round(count * mean.outputTokens),
      costUsd: pricing === undefined ? null : computeRequestCostUsd(pricing, mean) * count,
    };
  });
}

/** Latencies of a fast and a slow endpoint, assumed if the caller specifies no latency. */
const fast = { ttftMs: 200, perOutputTokenMs: 10 };
const slow = { ttftMs: 2_000, perOutputTokenMs: 60 };

function chooseLatencyRange(e2eLatencyMs: number | null, outputTokens: number) {
  if (e2eLatencyMs !== null) {
    const assumption = `Each request takes ${e2eLatencyMs} ms, as specified`;
    return { minMs: e2eLatencyMs, maxMs: e2eLatencyMs, assumption };
  }
  return {
    minMs: fast.ttftMs + fast.perOutputTokenMs * outputTokens,
    maxMs: slow.ttftMs + slow.perOutputTokenMs * outputTokens,
    assumption: `Each request takes between ${fast.ttftMs} ms plus ${fast.perOutputTokenMs} ms per output token and ${slow.ttftMs} ms plus ${slow.perOutputTokenMs} ms per output token; set e2eLatencyMs to use your own latency`,
  };
}

function countPlanned(stages: readonly StagePlan[]) {
  return { measured: sum(stages.map(({ requests }) => requests)), warmup: sum(stages.map(({ warmup }) => warmup)) };
}

function countBatches(stages: readonly StagePlan[]): number {
  return sum(stages.map(({ batches }) => batches.length));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
