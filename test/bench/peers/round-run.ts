import type { RoundRun } from '../../../bench/peers/tool-run.ts';

type Given = { round: number; concurrency: number; requests: number; cpuSeconds?: number; tool?: string };

/** A run without errors in which the server received exactly the requests of the load. */
export function roundRun({ round, concurrency, requests, cpuSeconds = 1, tool = 'a' }: Given): RoundRun {
  const errors = { n: requests, p50: 1, p99: 2, max: 3 };
  return {
    tool,
    round,
    load: { concurrency, requests, warmupRequests: 0, outputTokens: 10, promptWords: 10 },
    startedAt: '2026-11-24T00:00:00.000Z',
    loadAverage: 0,
    wallSeconds: 1,
    served: requests,
    matched: requests,
    ttft: errors,
    tpot: errors,
    e2e: errors,
    reportedRate: 1,
    trueRateOfItsSpan: 1,
    trueRate: 1,
    cpuSeconds,
    cpuSecondsUnderLoad: null,
    cpuSecondsMeasuring: null,
    endAfterLastTokenMaxMs: 0,
  };
}
