import { computeRequestCostUsd, computeUpperBoundNanoUsd } from '../../shared/cost/compute-request-cost-usd.ts';
import { countBilledTokens } from '../../shared/cost/tally-bills.ts';
import type { Sign, SourceRequest } from '../../shared/measure/instrument.ts';
import type { StagePlan } from '../../shared/plan/plan-run.ts';
import { type BuiltRequest, buildBody, type TargetEndpoint } from '../../shared/protocols/build-request.ts';
import type { Dialect } from '../../shared/protocols/dialect.ts';
import type { Sample } from '../../shared/sample/sample.ts';
import type { RunSpec } from '../../shared/spec/run-spec.ts';
import type { Target } from '../../shared/spec/target.ts';
import { runInSlices } from '../../shared/time-slices.ts';
import type { Dataset } from '../../shared/workload/datasets/dataset.ts';
import type { Prompt } from '../../shared/workload/prompt.ts';
import { buildPromptInSteps } from '../../shared/workload/workload.ts';
import type { CostBudget } from './check-limits.ts';
import type { HeldConversations, LiveTurn } from './open-conversations.ts';

export type RequestSource = ReturnType<typeof createRequestSource>;

type SourceOptions = {
  spec: RunSpec;
  stage: StagePlan;
  /** Dataset of the workload; null if the workload uses none. */
  dataset: Dataset | null;
  target: Target;
  dialect: Dialect;
  endpoint: TargetEndpoint;
  /** Creates the signature of each request; null if the target does not require signatures. */
  signer: ((request: BuiltRequest) => Sign) | null;
  budget: CostBudget | null;
  /** Aborts when the lease is lost. */
  loss: AbortSignal;
  onCapReached: () => void;
  /** Conversations whose prompts contain the model's answers; null if no prompt depends on an answer. */
  live: { held: HeldConversations; onLostTurns: (indices: readonly number[]) => void } | null;
};

/** Creates the source of a batch's requests. The source keeps each prompt until the answer to it has been checked. */
export function createRequestSource(options: SourceOptions) {
  const { spec, stage, dataset, target, dialect, endpoint, signer, loss, onCapReached, live } = options;
  const open = trackOpenRequests(options);
  let ended = Promise.withResolvers<void>();

  async function* listTurns(indices: readonly number[], warmup: boolean): AsyncGenerator<LiveTurn> {
    const { workload, seed } = spec;
    for (const index of indices) {
      const place = warmup
        ? ({ kind: 'warmup', number: index - stage.requests } as const)
        : ({ kind: 'measured', number: stage.promptOffset + index } as const);
      yield { index, prompt: await runInSlices(buildPromptInSteps(workload, { seed, ...place }, dataset), loss) };
    }
  }
  async function* listLiveTurns(held: HeldConversations): AsyncGenerator<LiveTurn> {
    while (!held.isOver()) {
      const turn = await held.next();
      if (turn === null) await ended.promise;
      else yield turn;
    }
  }
  return {
    /** Builds requests on demand, in sending order. Ends early if the cost limit of the run is reached. */
    prepare: async function* (indices: readonly number[], warmup: boolean): AsyncGenerator<SourceRequest> {
      const turns = live === null || warmup ? listTurns(indices, warmup) : listLiveTurns(live.held);
      for await (const { index, prompt } of turns) {
        if (!(await open.add(index, prompt))) return onCapReached();
        const body = buildBody(dialect, target, prompt);
        yield signer === null ? { index, body } : { index, body, sign: signer({ ...endpoint, body }) };
      }
    },
    promptOf: open.promptOf,
    /** Records the actual cost of a finished request, and continues its conversation with the answer. */
    settle: (sample: Sample, answer: string | null): void => {
      open.settle(sample);
      if (live === null || sample.warmup) return;
      const lostTurns = live.held.end(sample.requestIndex, answer);
      if (lostTurns.length > 0) live.onLostTurns(lostTurns);
      ended.resolve();
      ended = Promise.withResolvers();
    },
    freeUnsent: open.freeUnsent,
  };
}

/** Tracks the prompts and the reserved costs of the requests that are prepared and not settled. */
function trackOpenRequests({ target, budget }: Pick<SourceOptions, 'target' | 'budget'>) {
  const open = new Map<number, { prompt: Prompt; reservedNanoUsd: number }>();
  return {
    /** Reserves the cost of a request. Returns false if the run's cost limit does not allow the request. */
    add: async (index: number, prompt: Prompt): Promise<boolean> => {
      let reservedNanoUsd = 0;
      if (budget !== null && target.pricing !== undefined) {
        reservedNanoUsd = computeUpperBoundNanoUsd(target.pricing, prompt.inputTokens, prompt.maxOutputTokens);
        if (!(await budget.take(reservedNanoUsd))) return false;
      }
      open.set(index, { prompt, reservedNanoUsd });
      return true;
    },
    /** Returns the prompt of a request. It is available until `settle` is called. */
    promptOf: (index: number): Prompt => {
      const entry = open.get(index);
      if (entry === undefined) throw new Error(`Internal error: request ${index} was not prepared`);
      return entry.prompt;
    },
    settle: (sample: Sample): void => {
      const entry = open.get(sample.requestIndex);
      open.delete(sample.requestIndex);
      if (entry !== undefined)
        budget?.settle(entry.reservedNanoUsd, computeActualNanoUsd(target, sample, entry.reservedNanoUsd));
    },
    /**
     * Releases the cost reserved for requests that were never sent. Called after all finished requests are settled. Not
     * called after a lost lease, because the provider may bill the aborted requests.
     */
    freeUnsent: () => {
      for (const { reservedNanoUsd } of open.values()) budget?.settle(reservedNanoUsd, 0);
      open.clear();
    },
  };
}

/**
 * Computes the cost of a request in 10^-9 USD from the server's token usage, or else the worker's counts. Returns 0 if
 * the request was not sent or was refused. Returns the reserved cost if the response broke off, because the provider
 * may bill the request.
 */
function computeActualNanoUsd(target: Target, sample: Sample, reservedNanoUsd: number): number {
  if (target.pricing === undefined || sample.startMs === null) return 0;
  const billed = countBilledTokens(sample);
  if (billed !== null) return Math.ceil(computeRequestCostUsd(target.pricing, billed) * 1e9);
  const wasRefused = sample.usage === null && sample.httpStatus !== null && sample.httpStatus >= 300;
  return wasRefused ? 0 : reservedNanoUsd;
}
