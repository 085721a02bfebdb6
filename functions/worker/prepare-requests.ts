import { computeRequestCostUsd } from '../../shared/cost/compute-request-cost-usd.ts';
import { computeUpperBoundNanoUsd } from '../../shared/cost/compute-upper-bound-nano-usd.ts';
import { countBilledTokens } from '../../shared/cost/count-billed-tokens.ts';
import type { Sign, SourceRequest } from '../../shared/measure/instrument.ts';
import type { StagePlan } from '../../shared/plan/plan-run.ts';
import { type BuiltRequest, buildBody, type TargetEndpoint } from '../../shared/protocols/build-request.ts';
import type { Dialect } from '../../shared/protocols/dialect.ts';
import type { Sample } from '../../shared/sample/sample.ts';
import type { RunSpec } from '../../shared/spec/run-spec.ts';
import type { Target } from '../../shared/spec/target.ts';
import type { Dataset } from '../../shared/workload/datasets/dataset.ts';
import type { Prompt } from '../../shared/workload/prompt.ts';
import { buildPrompt } from '../../shared/workload/workload.ts';
import type { HeldConversations } from './open-conversations.ts';
import type { CostBudget } from './reserve-cost.ts';

export type RequestSource = {
  /**
   * Bodies in the order of the indices, built when asked for; of live conversations in the order in which their turns can be
   * asked, as `settle` tells of answers. Ends early where the cost cap forbids the next one.
   */
  prepare(indices: readonly number[], warmup: boolean): AsyncGenerator<SourceRequest>;
  /** The prompt of a request that was prepared and has now ended; its reservation is settled by `settle`. */
  promptOf(index: number): Prompt;
  /** @param answer what a live conversation goes on from; null where there is none */
  settle(sample: Sample, answer: string | null): void;
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
  endpoint: TargetEndpoint;
  /** Where the target wants each request signed. */
  signer: ((request: BuiltRequest) => Sign) | null;
  budget: CostBudget | null;
  onCapReached: () => void;
  /** Of measured requests whose prompts carry the answers before them; null where prompts are known beforehand. */
  live: { held: HeldConversations; onUnaskable: (indices: readonly number[]) => void } | null;
};

/** Builds the requests of a batch ahead of need, and keeps each prompt until its answer has been checked. */
export function createRequestSource({
  spec,
  stage,
  dataset,
  target,
  dialect,
  endpoint,
  signer,
  budget,
  onCapReached,
  live,
}: SourceOptions): RequestSource {
  const open = new Map<number, { prompt: Prompt; reservedNanoUsd: number }>();

  const build = (index: number, warmup: boolean): Prompt =>
    warmup
      ? buildPrompt(spec.workload, spec.seed, 'warmup', index - stage.requests, dataset)
      : buildPrompt(spec.workload, spec.seed, 'measured', stage.promptOffset + index, dataset);

  /** Null where the cost cap forbids it. */
  const toRequest = async (index: number, prompt: Prompt): Promise<SourceRequest | null> => {
    let reservedNanoUsd = 0;
    if (budget !== null && target.pricing !== undefined) {
      reservedNanoUsd = computeUpperBoundNanoUsd(target.pricing, prompt.inputTokens, prompt.maxOutputTokens);
      if (!(await budget.take(reservedNanoUsd))) return null;
    }
    open.set(index, { prompt, reservedNanoUsd });
    const body = buildBody(dialect, target, prompt);
    return signer === null ? { index, body } : { index, body, sign: signer({ ...endpoint, body }) };
  };

  let ended = Promise.withResolvers<void>();
  async function* prepareLive(held: HeldConversations): AsyncGenerator<SourceRequest> {
    while (!held.isOver()) {
      const turn = held.next();
      if (turn === null) {
        await ended.promise;
        continue;
      }
      const request = await toRequest(turn.index, turn.prompt);
      if (request === null) return onCapReached();
      yield request;
    }
  }
  async function* prepareAll(indices: readonly number[], warmup: boolean): AsyncGenerator<SourceRequest> {
    for (const index of indices) {
      const request = await toRequest(index, build(index, warmup));
      if (request === null) return onCapReached();
      yield request;
    }
  }

  return {
    prepare: (indices, warmup) => (live === null || warmup ? prepareAll(indices, warmup) : prepareLive(live.held)),
    promptOf: (index) => {
      const entry = open.get(index);
      if (entry === undefined) throw new Error(`Request ${index} was not prepared`);
      return entry.prompt;
    },
    settle: (sample, answer) => {
      const entry = open.get(sample.requestIndex);
      open.delete(sample.requestIndex);
      if (entry !== undefined)
        budget?.settle(entry.reservedNanoUsd, computeActualNanoUsd(target, sample, entry.reservedNanoUsd));
      if (live === null || sample.warmup) return;
      const unaskable = live.held.end(sample.requestIndex, answer);
      if (unaskable.length > 0) live.onUnaskable(unaskable);
      ended.resolve();
      ended = Promise.withResolvers();
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
function computeActualNanoUsd(target: Target, sample: Sample, reservedNanoUsd: number): number {
  if (target.pricing === undefined || sample.startMs === null) return 0;
  const billed = countBilledTokens(sample);
  if (billed !== null) return Math.ceil(computeRequestCostUsd(target.pricing, billed) * 1e9);
  const wasRefused = sample.usage === null && sample.httpStatus !== null && sample.httpStatus >= 300;
  return wasRefused ? 0 : reservedNanoUsd;
}
