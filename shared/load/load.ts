import type { RunSpecInput } from '../spec/run-spec.ts';
import { getWorkloadKind, type Workload } from '../workload/workload.ts';
import type { LoadOf, StopWhen } from './parts/load-fields.ts';
import { type RateProfile, rateProfileOf } from './parts/rate-profile.ts';

type Common = { requests: number; durationMs: number | null; stopWhen: StopWhen | null };

/** Arrivals of an open loop: `burstiness` is the squared coefficient of variation of the gaps of gamma arrivals. */
export type Arrivals =
  | { kind: 'constant' }
  | { kind: 'poisson' }
  | { kind: 'gamma'; burstiness: number }
  /** Of a trace: `atMs[k]` after its first entry, `speed` times as fast; null where they stand in its dataset. */
  | { kind: 'trace'; atMs: readonly number[] | null; speed: number };

/** One load level, whatever the spec calls it: what every stage at this level is to do. */
export type StageLoad =
  | ({ mode: 'concurrency'; concurrency: number; rampMs: number } & Common)
  | ({ mode: 'rounds'; concurrency: number; minPeriodMs: number } & Common)
  | ({ mode: 'rate'; rate: RateProfile; arrivals: Arrivals } & Bound & Common);

type Bound = Pick<LoadOf<'rate'>, 'maxConcurrency' | 'whenFull' | 'onSaturation'>;

/** The load levels of a spec, in order; none where a search is to decide them. */
export function stageLoads({ load, workload }: Pick<RunSpecInput, 'load' | 'workload'>): StageLoad[] {
  const { stopWhen = null } = load;
  switch (load.mode) {
    case 'concurrency':
      return load.stages.map(({ concurrency, requests, durationMs = null, rampMs = 0 }) => {
        return { mode: 'concurrency', concurrency, requests, durationMs, rampMs, stopWhen };
      });
    case 'rounds':
      return load.stages.map(({ concurrency, requests, durationMs = null }) => {
        return { mode: 'rounds', concurrency, requests, durationMs, minPeriodMs: load.minPeriodMs, stopWhen };
      });
    case 'rate':
      return load.stages.map((stage) => rateLoad(load, stage));
    case 'sweep':
      return (load.values ?? []).map((value) => sweepLoad(load, value));
    case 'trace':
      return traceLoad(load, workload);
  }
}

/** The level of a sweep at so many streams, or so many requests per second. */
export function sweepLoad(load: LoadOf<'sweep'>, value: number): StageLoad {
  const { requests: least, requestsPerLoad = 0, durationMs, stopWhen = null } = load;
  const requests = Math.max(least, Math.ceil(requestsPerLoad * value));
  if (load.over === 'rate') return rateLoad(load, { requestsPerSecond: value, requests, durationMs });
  return { mode: 'concurrency', concurrency: value, requests, durationMs: durationMs ?? null, rampMs: 0, stopWhen };
}

/** The most streams a level can have open. */
export function streamsOf(load: StageLoad): number {
  return Math.min(load.mode === 'rate' ? load.maxConcurrency : load.concurrency, load.requests);
}

type RateStage = Parameters<typeof rateProfileOf>[0] & { durationMs?: number | undefined };

function rateLoad(load: LoadOf<'rate'> | LoadOf<'sweep'>, stage: RateStage): StageLoad {
  const { arrivals: kind, burstiness = 1, maxConcurrency, whenFull, onSaturation, stopWhen = null } = load;
  const { requests, durationMs = null } = stage;
  const arrivals: Arrivals = kind === 'gamma' ? { kind, burstiness } : { kind };
  const bound = { maxConcurrency, whenFull, onSaturation };
  return { mode: 'rate', rate: rateProfileOf(stage), arrivals, ...bound, requests, durationMs, stopWhen };
}

/**
 * The rate of a trace is its mean; its requests fall due when its entries did, from the first one on. Of a trace in a
 * dataset that is not pinned yet nothing is known: no level.
 */
function traceLoad(load: LoadOf<'trace'>, workload: Workload): StageLoad[] {
  const { speed, maxConcurrency, whenFull, onSaturation, stopWhen = null } = load;
  const recording = getWorkloadKind(workload).findRecording?.(workload) ?? null;
  if (recording === null) return [];
  const { requests, atMs } = recording;
  const spanMs = recording.spanMs / speed;
  const requestsPerSecond = spanMs > 0 ? ((requests - 1) * 1_000) / spanMs : requests * 1_000;
  const rate = rateProfileOf({ requestsPerSecond, requests });
  const arrivals: Arrivals = { kind: 'trace', atMs, speed };
  const bound = { maxConcurrency, whenFull, onSaturation };
  return [{ mode: 'rate', rate, arrivals, ...bound, requests, durationMs: null, stopWhen }];
}
