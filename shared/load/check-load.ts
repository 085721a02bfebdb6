import { type Fault, findFault } from '../errors/app-error.ts';
import { getLoadMode, isSearch, type Load, listPossibleLevels } from './load.ts';
import type { LoadContext, LoadRules } from './modes/load-mode.ts';
import { requestsBeforeStop } from './parts/stop-when.ts';

type LoadSpec = LoadContext & { load: Load; targets: readonly unknown[] };

/** Returns what is wrong with a load: with itself, or with what this deployment can send. */
export function checkLoad(spec: LoadSpec, rules: LoadRules): Fault[] {
  return [
    ...(getLoadMode(spec.load).check?.(spec.load, spec, rules) ?? []),
    ...checkStopWhen(spec),
    ...checkWidths(spec, rules),
    ...checkTotal(spec, rules),
  ];
}

function checkStopWhen(spec: LoadSpec): Fault[] {
  const { stopWhen } = spec.load;
  const most = Math.max(0, ...listPossibleLevels(spec).map(({ requests }) => requests));
  if (stopWhen === undefined || most === 0) return [];
  const least = requestsBeforeStop(stopWhen);
  const isRaised = least > stopWhen.minRequests;
  return findFault(least >= most, {
    pointer: '/load/stopWhen/minRequests',
    fault: `is ${least}${isRaised ? ' at least, of a mean' : ''}, and no stage has more than ${most} requests: it would never stop early`,
    remedy: isRaised
      ? `Give the stages more than ${least} requests: those not needed are not sent; or stop on a quantile`
      : `Give less than ${most}, or the stages more requests: those not needed are not sent`,
  });
}

function checkWidths({ load, order, targets }: LoadSpec, rules: LoadRules): Fault[] {
  const together = order === 'interleaved' ? targets.length : 1;
  const most = Math.floor(rules.maxWorkersPerRun / together) * rules.maxStreamsPerWorker;
  const [each, other] =
    together === 1 ? ['', ''] : [` for each of ${together} interleaved targets`, ', or set order to sequential'];
  return getLoadMode(load)
    .listWidths(load)
    .flatMap(({ pointer, streams, requests }) => [
      ...findFault(streams > most, {
        pointer,
        fault: `${streams} streams${each} are more than this deployment opens at once`,
        remedy: `Give at most ${most}${other}, or raise MAX_WORKERS_PER_RUN`,
      }),
      ...findFault(requests !== null && streams > requests, {
        pointer,
        fault: `${streams} streams are more than the ${requests} requests of the stage`,
        remedy: `Give at least ${streams} requests (some ten times that for steady figures), or a concurrency of at most ${requests}`,
      }),
    ]);
}

function checkTotal(spec: LoadSpec, rules: LoadRules): Fault[] {
  const { load, workload, targets } = spec;
  const perTarget = listPossibleLevels(spec).reduce((sum, { requests }) => sum + requests + load.warmupRequests, 0);
  const total = perTarget * targets.length;
  return findFault(total > rules.maxRequestsPerRun, {
    pointer: getLoadMode(load).pointToRequests?.(load, workload) ?? '/load/stages',
    fault: `asks for ${isSearch(load) ? 'up to ' : ''}${total} requests over all stages and targets, warm-up included`,
    remedy: `Ask for at most ${rules.maxRequestsPerRun} a run; split the rest into further runs`,
  });
}
