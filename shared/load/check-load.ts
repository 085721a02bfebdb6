import { type Fault, findFault } from '../errors/app-error.ts';
import { getLoadMode, isSearch, type Load, listPossibleLevels } from './load.ts';
import type { LoadContext, LoadRules } from './modes/load-mode.ts';
import { computeRequestsBeforeStop } from './parts/load-fields.ts';

type LoadSpec = LoadContext & { load: Load; targets: readonly unknown[] };

/** Returns the problems of a load: conflicts between its fields, and values above the deployment's limits. */
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
  const least = computeRequestsBeforeStop(stopWhen);
  const isRaised = least > stopWhen.minRequests;
  return findFault(least >= most, {
    pointer: '/load/stopWhen/minRequests',
    fault: `is ${least}${isRaised ? ' (the minimum for a mean)' : ''}, but no stage has more than ${most} requests, so no stage can stop early`,
    remedy: isRaised
      ? `Set more than ${least} requests for each stage (a stage that stops early does not send the rest), or use a percentile instead of a mean`
      : `Use less than ${most}, or set more requests for the stages (a stage that stops early does not send the rest)`,
  });
}

function checkWidths({ load, order, targets }: LoadSpec, rules: LoadRules): Fault[] {
  const together = order === 'interleaved' ? targets.length : 1;
  const most = Math.floor(rules.maxWorkersPerRun / together) * rules.maxStreamsPerWorker;
  const [each, other] =
    together === 1 ? ['', ''] : [` for each of ${together} interleaved targets`, ', set order to sequential'];
  return getLoadMode(load)
    .listWidths(load)
    .flatMap(({ pointer, streams, requests }) => [
      ...findFault(streams > most, {
        pointer,
        fault: `requires ${streams} streams${each}, more than this deployment can open`,
        remedy: `Use at most ${most}${other}, or raise MAX_WORKERS_PER_RUN`,
      }),
      ...findFault(requests !== null && streams > requests, {
        pointer,
        fault: `requires ${streams} streams, but the stage has only ${requests} requests`,
        remedy: `Use at least ${streams} requests (for precise results, about ten times as many), or a concurrency of at most ${requests}`,
      }),
    ]);
}

function checkTotal(spec: LoadSpec, rules: LoadRules): Fault[] {
  const { load, workload, targets } = spec;
  const perTarget = listPossibleLevels(spec).reduce((sum, { requests }) => sum + requests + load.warmupRequests, 0);
  const total = perTarget * targets.length;
  return findFault(total > rules.maxRequestsPerRun, {
    pointer: getLoadMode(load).pointToRequests?.(load, workload) ?? '/load/stages',
    fault: `adds up to ${isSearch(load) ? 'as many as ' : ''}${total} requests over all stages and targets, including warm-up`,
    remedy: `Use at most ${rules.maxRequestsPerRun} requests per run${isSearch(load) ? ', a smaller max for the search,' : ','} or split them into several runs`,
  });
}
