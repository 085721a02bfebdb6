import { billedTokens } from '../cost/billed-tokens.ts';
import { requestCostUsd } from '../cost/request-cost-usd.ts';
import { upperBoundNanoUsd } from '../cost/upper-bound-nano-usd.ts';
import type { StagePlan } from '../domain/plan.ts';
import type { RunSpec, Target } from '../domain/run-spec.ts';
import type { Sample } from '../domain/sample.ts';
import { withTemperature } from '../domain/with-temperature.ts';
import type { BuiltRequest, Dialect } from '../measure/dialects/dialect.ts';
import type { Sign, SourceRequest } from '../measure/instrument.ts';
import { buildPrompt } from '../workload/build-prompt.ts';
import type { Dataset } from '../workload/dataset.ts';
import type { Prompt } from '../workload/prompt.ts';
import type { CostBudget } from './reserve-cost.ts';

export type RequestSource = {
  /** Bodies in the order of the indices, built when asked for; ends early where the cost cap forbids the next one. */
  prepare(indices: readonly number[], warmup: boolean): AsyncGenerator<SourceRequest>;
  /** The prompt of a request that was prepared and has now ended; its reservation is settled by `settle`. */
  promptOf(index: number): Prompt;
  settle(sample: Sample): void;
  /**
   * The load has ended and all exchanges are settled: what is left was prepared and never sent, and costs nothing. Where a
   * load was broken off, this is not called: what it sent may be billed, so its reservations stay.
   */
  freeUnsent(): void;
};

type SourceOptions = {
  spec: RunSpec;
  stage: StagePlan;
  /** Of the workload, read once for the batch; null where it names none. */
  dataset: Dataset | null;
  target: Target;
  dialect: Dialect;
  apiKey: string | null;
  /** Where the target wants each request signed. */
  signer: ((request: BuiltRequest) => Sign) | null;
  budget: CostBudget | null;
  onCapReached: () => void;
};

/** Builds the requests of a batch ahead of need, and keeps each prompt until its answer has been checked. */
export function createRequestSource({
  spec,
  stage,
  dataset,
  target,
  dialect,
  apiKey,
  signer,
  budget,
  onCapReached,
}: SourceOptions): RequestSource {
  const open = new Map<number, { prompt: Prompt; reservedNanoUsd: number }>();

  const build = (index: number, warmup: boolean): Prompt =>
    warmup
      ? buildPrompt(spec.workload, spec.seed, 'warmup', index - stage.requests, dataset)
      : buildPrompt(spec.workload, spec.seed, 'measured', stage.promptOffset + index, dataset);

  return {
    async *prepare(indices, warmup) {
      for (const index of indices) {
        const prompt = build(index, warmup);
        let reservedNanoUsd = 0;
        if (budget !== null && target.pricing !== undefined) {
          reservedNanoUsd = upperBoundNanoUsd(target.pricing, prompt.inputTokens, prompt.maxOutputTokens);
          if (!(await budget.take(reservedNanoUsd))) return onCapReached();
        }
        open.set(index, { prompt, reservedNanoUsd });
        const request = dialect.buildRequest({ target: withTemperature(target, prompt.temperature), prompt, apiKey });
        const { body } = request;
        yield signer === null ? { index, body } : { index, body, sign: signer(request) };
      }
    },
    promptOf: (index) => {
      const entry = open.get(index);
      if (entry === undefined) throw new Error(`Request ${index} was not prepared`);
      return entry.prompt;
    },
    settle: (sample) => {
      const entry = open.get(sample.index);
      open.delete(sample.index);
      if (entry !== undefined)
        budget?.settle(entry.reservedNanoUsd, actualNanoUsd(target, sample, entry.reservedNanoUsd));
    },
    freeUnsent: () => {
      for (const { reservedNanoUsd } of open.values()) budget?.settle(reservedNanoUsd, 0);
      open.clear();
    },
  };
}

/**
 * What the request has cost: by the server's usage where it told; nothing where it was not sent or was refused; by our own
 * counts where it ended well; and where it broke off, as much as it can have cost, since the server may bill it whole.
 */
function actualNanoUsd(target: Target, sample: Sample, reservedNanoUsd: number): number {
  if (target.pricing === undefined || sample.startMs === null) return 0;
  const billed = billedTokens(sample);
  if (billed !== null) return Math.ceil(requestCostUsd(target.pricing, billed) * 1e9);
  const wasRefused = sample.usage === null && sample.httpStatus !== null && sample.httpStatus >= 300;
  return wasRefused ? 0 : reservedNanoUsd;
}
