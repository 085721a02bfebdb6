import type { Deps } from '../../shared/ports.ts';
import type { RunRecord } from '../../shared/records/records.ts';

export type CostBudget = ReturnType<typeof createCostBudget>;

/**
 * Enforces a run's cost limit across all its workers. Reserves the maximum cost of each request before it is sent. To
 * save writes, reserves it for up to `lookahead` requests at once. If the limit is reached, waits for open requests,
 * which may cost less than reserved. Lost workers keep their reservations, so the run may stop too early. It stops too
 * late only if a server counts more tokens than the Llama 2 tokenizer.
 */
export function createCostBudget(deps: Pick<Deps, 'runs'>, run: RunRecord, capUsd: number, lookahead: number) {
  const capNanoUsd = Math.floor(capUsd * 1e9);
  let free = 0;
  let inFlight = 0;
  let wake: (() => void) | null = null;

  const reserve = async (nanoUsd: number): Promise<boolean> => {
    for (const portion of [nanoUsd * lookahead, nanoUsd]) {
      if (await deps.runs.reserve(run.runId, portion, capNanoUsd)) {
        free += portion;
        return true;
      }
    }
    return false;
  };

  return {
    /** Reserves the maximum cost of a request before it is sent. Returns false if no further request is allowed. */
    take: async (nanoUsd: number): Promise<boolean> => {
      for (;;) {
        if (free >= nanoUsd || (await reserve(nanoUsd - free))) break;
        if (inFlight === 0) return false;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      free -= nanoUsd;
      inFlight += 1;
      return true;
    },
    /** Replaces the reserved cost of a finished request by its actual cost. */
    settle: (reservedNanoUsd: number, actualNanoUsd: number) => {
      free += reservedNanoUsd - actualNanoUsd;
      inFlight -= 1;
      wake?.();
      wake = null;
    },
    /** Gives unused reserved cost back to the run. */
    close: async () => {
      if (free !== 0) await deps.runs.reserve(run.runId, -free, Number.MAX_SAFE_INTEGER);
      free = 0;
    },
  };
}
