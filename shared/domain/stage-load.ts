import { type RateProfile, rateProfileOf } from './rate-profile.ts';
import type { Load } from './run-spec.ts';

type Common = { requests: number; durationMs: number | null };

/** Arrivals of an open loop: `burstiness` is the squared coefficient of variation of the gaps of gamma arrivals. */
export type Arrivals = { kind: 'constant' } | { kind: 'poisson' } | { kind: 'gamma'; burstiness: number };

/** One load level, whatever the spec calls it: what every stage at this level is to do. */
export type StageLoad =
  | ({ mode: 'concurrency'; concurrency: number; rampMs: number } & Common)
  | ({ mode: 'rounds'; concurrency: number; minPeriodMs: number } & Common)
  | ({ mode: 'rate'; rate: RateProfile; arrivals: Arrivals } & Bound & Common);

type Bound = { maxConcurrency: number; whenFull: 'refuse' | 'wait' };

/** The load levels of a spec, in order. */
export function stageLoads(load: Load): StageLoad[] {
  switch (load.mode) {
    case 'concurrency':
      return load.stages.map(({ concurrency, requests, durationMs = null, rampMs = 0 }) => {
        return { mode: 'concurrency', concurrency, requests, durationMs, rampMs };
      });
    case 'rounds':
      return load.stages.map(({ concurrency, requests, durationMs = null }) => {
        return { mode: 'rounds', concurrency, requests, durationMs, minPeriodMs: load.minPeriodMs };
      });
    case 'rate':
      return load.stages.map((stage) => {
        const { requests, durationMs = null } = stage;
        const { maxConcurrency, whenFull } = load;
        const rate = rateProfileOf(stage);
        return { mode: 'rate', rate, arrivals: arrivalsOf(load), maxConcurrency, whenFull, requests, durationMs };
      });
  }
}

/** The most streams a level can have open. */
export function streamsOf(load: StageLoad): number {
  return Math.min(load.mode === 'rate' ? load.maxConcurrency : load.concurrency, load.requests);
}

function arrivalsOf({ arrivals, burstiness = 1 }: Extract<Load, { mode: 'rate' }>): Arrivals {
  return arrivals === 'gamma' ? { kind: arrivals, burstiness } : { kind: arrivals };
}
