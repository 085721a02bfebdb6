import type { Deps } from '../../shared/ports.ts';
import type { RunRecord } from '../../shared/records/records.ts';

export type CostBudget = {
  /** Sets the most a request can cost aside before it is sent; false: the cap forbids it, now and later. */
  take(nanoUsd: number): Promise<boolean>;
  /** A request that was set aside has ended: what it did not cost is free again. */
  settle(reservedNanoUsd: number, actualNanoUsd: number): void;
  /** Gives back to the run what was reserved and not spent. */
  close(): Promise<void>;
};

/**
 * The hard cost cap of a run, shared by all its workers: the upper bound of each request is reserved on the run's counters
 * before the request is sent, in portions of up to `lookahead` requests to spare writes. Where the cap refuses, requests
 * in flight are awaited, since what they did not use may yet suffice. A worker that dies leaves its reservation behind, and
 * one that is refused does not wait for what other workers hold: the cap may stop a run early. Late it stops one only as far
 * as a server counts more tokens than the Llama 2 tokenizer.
 */
export function createCostBudget(
  deps: Pick<Deps, 'runs'>,
  run: RunRecord,
  capUsd: number,
  lookahead: number,
): CostBudget {
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
    take: async (nanoUsd) => {
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
    settle: (reservedNanoUsd, actualNanoUsd) => {
      free += reservedNanoUsd - actualNanoUsd;
      inFlight -= 1;
      wake?.();
      wake = null;
    },
    close: async () => {
      if (free !== 0) await deps.runs.reserve(run.runId, -free, Number.MAX_SAFE_INTEGER);
      free = 0;
    },
  };
}
