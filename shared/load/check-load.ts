import type { Fault } from '../errors/app-error.ts';
import type { RunSpecInput } from '../spec/run-spec.ts';
import { type StageLoad, sweepLoad } from './load.ts';
import { checkSweep } from './modes/sweep/check-sweep.ts';
import type { LoadOf } from './parts/load-fields.ts';
import { isSearch, possibleLoads } from './parts/search-load.ts';
import { requestsBeforeStop } from './parts/stop-when.ts';

export type LoadRules = {
  maxStreamsPerWorker: number;
  /** All batches of a group must run at one time, to start together: so many workers there are for them. */
  maxWorkersPerRun: number;
  maxRequestsPerRun: number;
};

/** What is wrong with a load: with itself, or with what this deployment can send. */
export function checkLoad(spec: RunSpecInput, rules: LoadRules): Fault[] {
  const { load } = spec;
  return [
    ...(load.mode === 'rate' || load.mode === 'sweep' ? checkBurstiness(load) : []),
    ...(load.mode === 'rate' ? checkRateRamps(load) : []),
    ...(load.mode === 'sweep' ? checkSweep(load, spec.order) : []),
    ...(load.mode === 'trace' ? checkTraced(spec) : []),
    ...checkStopWhen(spec),
    ...checkWidth(spec, rules),
    ...(load.mode === 'rounds' ? checkRounds(load, rules) : []),
    ...checkTotal(spec, rules),
  ];
}

function checkBurstiness({ arrivals, burstiness }: Pick<LoadOf<'rate'>, 'arrivals' | 'burstiness'>): Fault[] {
  const pointer = '/load/burstiness';
  if (arrivals === 'gamma' && burstiness === undefined)
    return [
      {
        pointer,
        fault: 'is missing, though arrivals is gamma',
        remedy: 'Give the squared coefficient of variation of the gaps, such as 4; 1 would be Poisson',
      },
    ];
  if (arrivals !== 'gamma' && burstiness !== undefined)
    return [
      {
        pointer,
        fault: `is of gamma arrivals, and arrivals is ${arrivals}`,
        remedy: 'Set arrivals to gamma, or leave burstiness out',
      },
    ];
  return [];
}

function checkRateRamps({ stages }: LoadOf<'rate'>): Fault[] {
  return stages.flatMap(({ rampMs, fromRequestsPerSecond, requestsPerSecond }, index) => {
    if (rampMs === undefined || fromRequestsPerSecond !== undefined) return [];
    return [
      {
        pointer: `/load/stages/${index}/rampMs`,
        fault: 'is missing where the ramp begins',
        remedy: `Add {"fromRequestsPerSecond": 0} (the ramp ends at requestsPerSecond, ${requestsPerSecond}), or leave rampMs out`,
      },
    ];
  });
}

/** A round ends when all of it has ended, which only one worker can see. */
function checkRounds({ stages }: LoadOf<'rounds'>, { maxStreamsPerWorker }: LoadRules): Fault[] {
  return stages.flatMap(({ concurrency }, index) =>
    concurrency <= maxStreamsPerWorker
      ? []
      : [
          {
            pointer: `/load/stages/${index}/concurrency`,
            fault: `${concurrency} requests a round are more than one worker sends at once`,
            remedy: `Give at most ${maxStreamsPerWorker}, or use mode concurrency`,
          },
        ],
  );
}

function checkTraced({ workload }: RunSpecInput): Fault[] {
  if (workload.kind === 'trace') return [];
  return [
    {
      pointer: '/load/mode',
      fault: `is trace, and the workload is of kind ${workload.kind}, which has no instants`,
      remedy:
        'Set the workload to {"kind": "trace", "entries": [{"atMs": 0, "inputTokens": 550, "outputTokens": 150}]} or to a trace of yours by datasetId, or choose another mode',
    },
  ];
}

function checkStopWhen(spec: RunSpecInput): Fault[] {
  const { stopWhen } = spec.load;
  const most = Math.max(0, ...possibleLoads(spec).map(({ requests }) => requests));
  if (stopWhen === undefined || most === 0) return [];
  const least = requestsBeforeStop(stopWhen);
  if (least < most) return [];
  const isRaised = least > stopWhen.minRequests;
  return [
    {
      pointer: '/load/stopWhen/minRequests',
      fault: `is ${least}${isRaised ? ' at least, of a mean' : ''}, and no stage has more than ${most} requests: it would never stop early`,
      remedy: isRaised
        ? `Give the stages more than ${least} requests: those not needed are not sent; or stop on a quantile`
        : `Give less than ${most}, or the stages more requests: those not needed are not sent`,
    },
  ];
}

function checkWidth(spec: RunSpecInput, rules: LoadRules): Fault[] {
  const { load } = spec;
  const together = spec.order === 'interleaved' ? spec.targets.length : 1;
  const most = Math.floor(rules.maxWorkersPerRun / together) * rules.maxStreamsPerWorker;
  const tooWide = (pointer: string, value: number): Fault[] => {
    if (value <= most) return [];
    const each = together === 1 ? '' : ` for each of ${together} interleaved targets`;
    return [
      {
        pointer,
        fault: `${value} streams${each} are more than this deployment opens at once`,
        remedy: `Give at most ${most}${together === 1 ? '' : ', or set order to sequential'}, or raise MAX_WORKERS_PER_RUN`,
      },
    ];
  };
  if (load.mode === 'rate' || load.mode === 'trace' || (load.mode === 'sweep' && load.over === 'rate'))
    return tooWide('/load/maxConcurrency', load.maxConcurrency);
  return concurrencies(load).flatMap(({ pointer, concurrency, requests }) => [
    ...tooWide(pointer, concurrency),
    ...checkEnoughRequests(pointer, concurrency, requests),
  ]);
}

type Asked = { pointer: string; concurrency: number; requests: number };

/** Where a closed loop asks for streams, and for how many. */
function concurrencies(load: LoadOf<'concurrency'> | LoadOf<'rounds'> | LoadOf<'sweep'>): Asked[] {
  if (load.mode !== 'sweep')
    return load.stages.map(({ concurrency, requests }, index) => {
      return { pointer: `/load/stages/${index}/concurrency`, concurrency, requests };
    });
  if (load.search !== undefined) {
    const { max } = load.search;
    return [{ pointer: '/load/search/max', concurrency: max, requests: sweepLoad(load, max).requests }];
  }
  return (load.values ?? []).map((concurrency, index) => {
    return { pointer: `/load/values/${index}`, concurrency, requests: sweepLoad(load, concurrency).requests };
  });
}

function checkEnoughRequests(pointer: string, concurrency: number, requests: number): Fault[] {
  if (concurrency <= requests) return [];
  return [
    {
      pointer,
      fault: `${concurrency} streams are more than the ${requests} requests of the stage`,
      remedy: `Give at least ${concurrency} requests (some ten times that for steady figures), or a concurrency of at most ${requests}`,
    },
  ];
}

/** Where a spec says how many requests it has. */
function totalPointer({ load, workload }: RunSpecInput): string {
  if (load.mode === 'sweep') return '/load/requests';
  if (load.mode !== 'trace') return '/load/stages';
  return workload.kind === 'trace' && workload.entries === undefined ? '/workload/datasetId' : '/workload/entries';
}

function checkTotal(spec: RunSpecInput, rules: LoadRules): Fault[] {
  const perTarget = sumRequests(possibleLoads(spec), spec.load.warmupRequests);
  const total = perTarget * spec.targets.length;
  if (total <= rules.maxRequestsPerRun) return [];
  return [
    {
      pointer: totalPointer(spec),
      fault: `asks for ${isSearch(spec.load) ? 'up to ' : ''}${total} requests over all stages and targets, warm-up included`,
      remedy: `Ask for at most ${rules.maxRequestsPerRun} a run; split the rest into further runs`,
    },
  ];
}

function sumRequests(loads: readonly StageLoad[], warmup: number): number {
  return loads.reduce((sum, { requests }) => sum + requests + warmup, 0);
}
