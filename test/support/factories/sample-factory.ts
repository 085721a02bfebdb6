import type { z } from 'zod';
import { planRun, type StagePlan } from '../../../shared/plan/plan-run.ts';
import type { AttemptNote } from '../../../shared/records/attempt-note.ts';
import type { ReportInput } from '../../../shared/report/build/build-report.ts';
import type { StageInput } from '../../../shared/report/build/stage-input.ts';
import { createSample, type Sample } from '../../../shared/sample/sample.ts';
import { type RunSpec, runSpecInputSchema, runSpecSchema } from '../../../shared/spec/run-spec.ts';

/* Samples of simulated runs from a seed, for tests of metrics and reports. */

export const wallMs = Date.UTC(2024, 0, 17, 12);

/** Creates a sample of a request that was not sent, with these changes. */
export const makeSample = (changes: Partial<Sample> = {}): Sample => createSample(changes);

/** Creates a good sample: started at `startMs`, first output after `ttftMs`, last after `e2eMs`, and ended shortly later. */
export function makeOk(
  times: { startMs: number; ttftMs: number; e2eMs: number },
  changes: Partial<Sample> = {},
): Sample {
  const { startMs, ttftMs, e2eMs } = times;
  const outputTokens = changes.outputTokens ?? 150;
  const inputTokens = changes.inputTokens ?? 550;
  return makeSample({
    attempt: 1,
    outcome: 'ok',
    originWallMs: wallMs,
    dueMs: startMs,
    startMs,
    sentMs: startMs + 0.1,
    headersMs: startMs + ttftMs * 0.9,
    firstReadMs: startMs + ttftMs * 0.9,
    firstOutputMs: startMs + ttftMs,
    firstAnswerMs: startMs + ttftMs,
    lastOutputMs: startMs + e2eMs,
    endMs: startMs + e2eMs + 0.5,
    connection: { reused: true, dnsMs: null, connectMs: null, tlsMs: null },
    httpStatus: 200,
    finishReason: 'stop',
    requestedOutputTokens: outputTokens,
    inputTokens,
    outputTokens,
    usage: { inputTokens, outputTokens, cachedTokens: null, reasoningTokens: null },
    checksum: 'ok',
    checksumAnyOk: true,
    linesFromInput: 1,
    outputEvents: outputTokens,
    reads: outputTokens,
    bytes: 200 * outputTokens,
    ...changes,
  });
}

/** Creates a sample that failed `openMs` after its start. */
export function makeFailure(startMs: number, openMs: number, changes: Partial<Sample> = {}): Sample {
  return makeSample({
    attempt: 1,
    outcome: 'rate_limited',
    originWallMs: wallMs,
    dueMs: startMs,
    startMs,
    sentMs: startMs + 0.1,
    headersMs: startMs + openMs,
    endMs: startMs + openMs,
    connection: { reused: true, dnsMs: null, connectMs: null, tlsMs: null },
    httpStatus: 429,
    retryAfterMs: 1_000,
    error: { code: 'rate_limit_exceeded', message: 'Rate limit reached' },
    requestedOutputTokens: 150,
    inputTokens: 550,
    ...changes,
  });
}

/** Creates a generator of numbers in [0, 1) from a seed (mulberry32). */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws a standard normal number (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export type Provider = {
  /** TTFT = base + perInput·in and token times = perOutput·(out − 1), with noise of this relative size. */
  baseMs: number;
  perInputMs: number;
  perOutputMs: number;
  noise: number;
  failureShare: number;
};

export const quickProvider: Provider = { baseMs: 290, perInputMs: 0.5, perOutputMs: 27, noise: 0.03, failureShare: 0 };
export const slowProvider: Provider = {
  baseMs: 350,
  perInputMs: 0.51,
  perOutputMs: 31.3,
  noise: 0.03,
  failureShare: 0,
};

/** Simulates a closed loop: each stream sends its next request when its previous one has ended. */
export function simulateStage(plan: StagePlan, concurrency: number, provider: Provider, seed: number): Sample[] {
  const random = makeRandom(seed);
  const freeAtMs = Array.from({ length: concurrency }, (_, slot) => slot * 3);
  const samples: Sample[] = [];
  for (let index = 0; index < plan.requests; index++) {
    const slot = freeAtMs.indexOf(Math.min(...freeAtMs));
    const sample = simulateRequest(index, freeAtMs[slot] ?? 0, provider, random);
    freeAtMs[slot] = (sample.endMs ?? 0) + 0.4;
    samples.push(sample);
  }
  for (let k = 0; k < plan.warmup; k++) {
    const startMs = -60_000 + 100 * k;
    samples.push({ ...simulateRequest(plan.requests + k, startMs, provider, random), warmup: true });
  }
  return samples;
}

function simulateRequest(index: number, startMs: number, provider: Provider, random: () => number): Sample {
  const inputTokens = Math.max(1, Math.round(550 + 150 * normal(random)));
  const outputTokens = Math.max(2, Math.round(150 + 20 * normal(random)));
  if (random() < provider.failureShare) return makeFailure(startMs, 30, { requestIndex: index, inputTokens });
  const noisy = (value: number) => value * (1 + provider.noise * normal(random));
  const ttftMs = noisy(provider.baseMs + provider.perInputMs * inputTokens);
  const e2eMs = ttftMs + noisy(provider.perOutputMs * (outputTokens - 1));
  return makeOk({ startMs, ttftMs, e2eMs }, { requestIndex: index, inputTokens, outputTokens });
}

export const quietNote: AttemptNote & { batchIndex: number } = {
  batchIndex: 0,
  attempt: 1,
  startLateMs: 1.2,
  slipP99Ms: 0.4,
  errorP50Ms: 0.1,
  errorP99Ms: 0.5,
  startErrorP99Ms: 0.8,
  errorReads: 200,
  eventLoopDelayP99Ms: 1.5,
  eventLoopDelayMaxMs: 8,
  longestStallMs: 0,
  gcMaxMs: 1.2,
  cpuUse: 0.2,
  cpuWaitShare: 0.02,
  cpuStealShare: 0,
  machineCpuUse: 0.3,
  runtime: { tokenmeterVersion: '0.1.0', nodeVersion: '24.21.0', platform: 'linux arm64', region: 'us-east-1' },
  prompts: null,
};

const anyTarget = { baseUrl: 'https://api.example.com/v1', model: 'meta-llama/Llama-2-70b-chat-hf' };

type SpecInput = z.input<typeof runSpecInputSchema>;

/** Creates a stored spec from a caller's spec. */
export function makeSpec(
  input: Partial<Omit<SpecInput, 'targets'>> & { targets?: Partial<SpecInput['targets'][number]>[] } = {},
): RunSpec {
  const targets = (input.targets ?? [{}]).map((target) => ({ ...anyTarget, ...target }));
  const { webhooks, ...spec } = runSpecInputSchema.parse({ ...input, targets });
  const stored = spec.targets.map(({ apiKey, id, credentialId, ...target }, i) => ({
    ...target,
    id: id ?? `target-${i + 1}`,
    credentialId: credentialId ?? null,
  }));
  return runSpecSchema.parse({ ...spec, seed: spec.seed ?? 117, targets: stored });
}

/** Creates the report input of a run with one simulated provider per target. */
export function makeReportInput(
  spec: RunSpec,
  providers: readonly Provider[],
  seed = 1,
  options: { withGaps: boolean } = { withGaps: true },
): ReportInput {
  const stages = planRun(spec, { maxStreamsPerWorker: 64 }).map((plan): StageInput => {
    const concurrency = 'concurrency' in plan.load ? plan.load.concurrency : 5;
    const samples = simulateStage(
      plan,
      concurrency,
      providers[plan.targetIndex] ?? quickProvider,
      seed + plan.stageIndex,
    );
    const gaps = (options.withGaps ? samples : []).flatMap(({ warmup, firstOutputMs, lastOutputMs, outputEvents }) =>
      warmup || firstOutputMs === null || lastOutputMs === null || outputEvents < 2
        ? []
        : new Array<number>(outputEvents - 1).fill((lastOutputMs - firstOutputMs) / (outputEvents - 1)),
    );
    const chunkGapsMs = options.withGaps ? Float64Array.from(gaps) : null;
    const attempts = plan.batches.map(({ batchIndex }) => ({ ...quietNote, batchIndex }));
    return { plan, startAtMs: wallMs, stop: null, samples, chunkGapsMs, attempts, failures: [] };
  });
  return {
    run: {
      runId: 'run_01hma0000000000000000000aa',
      spec,
      maxStreamsPerWorker: 64,
      stop: null,
      failure: null,
      createdAtMs: wallMs - 2_000,
      startedAtMs: wallMs - 1_000,
      manifestSha256: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
      rerunOf: null,
    },
    stages,
    tokenmeterVersion: '0.1.0',
  };
}

/** Creates the report input of two providers like those of the blog post, with its workload and prices. */
export function makeTwoProviders(requests = 150): ReportInput {
  const spec = makeSpec({
    name: 'llama-2-70b-chat, two providers',
    targets: [
      {
        id: 'anyscale',
        pricing: { inputPerMillionTokens: 1, outputPerMillionTokens: 1, currency: 'USD', asOf: '2023-11-01' },
      },
      {
        id: 'fireworks',
        pricing: { inputPerMillionTokens: 0.7, outputPerMillionTokens: 2.8, currency: 'USD', asOf: '2023-11-01' },
      },
    ],
    load: { mode: 'concurrency', stages: [{ concurrency: 5, requests }], warmupRequests: 5 },
    slos: [
      { metric: 'ttftMs', max: 700 },
      { metric: 'outputTokensPerSecond', min: 25 },
    ],
  });
  return makeReportInput(spec, [quickProvider, slowProvider]);
}
