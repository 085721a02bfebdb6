import { type Fault, findFault } from '../errors/app-error.ts';
import { jsonPointer } from '../errors/json-pointer.ts';
import { checkLoad } from '../load/check-load.ts';
import { describePacing, findSweep } from '../load/load.ts';
import type { LoadRules } from '../load/modes/load-mode.ts';
import { getWorkloadKind } from '../workload/workload.ts';
import { checkTarget } from './check-target.ts';
import type { RunSpecInput } from './run-spec.ts';

/** A deployment's limits. */
export type RunSpecRules = LoadRules & {
  /** A longer one would leave a worker no time to measure in. */
  maxRequestTimeoutMs: number;
  /** Faults of an address that this deployment never contacts. */
  checkAddress(url: string, pointer: string): Fault[];
};

/**
 * Everything wrong with a spec that its schema cannot see: what fields must not say together, and what this deployment
 * does not allow. A pure function; an empty list means that the spec can run. (That credentials exist is checked apart:
 * it needs the store.)
 */
export function checkRunSpec(spec: RunSpecInput, rules: RunSpecRules): Fault[] {
  return [
    ...spec.targets.flatMap((target, index) => checkTarget(target, index, rules.checkAddress)),
    ...checkTargetIds(spec),
    ...getWorkloadKind(spec.workload).check(spec.workload, describePacing(spec)),
    ...checkLoad(spec, rules),
    ...checkLimits(spec, rules),
    ...checkAssertions(spec),
    ...checkGoodputAsked(spec),
    ...checkRelativeAssertions(spec),
    ...spec.webhooks.flatMap((webhook, index) => rules.checkAddress(webhook.url, `/webhooks/${index}/url`)),
  ];
}

/** The ids the targets of a spec go by: as given, or `target-1`, `target-2`, … by position. */
export function targetIds(spec: { targets: readonly { id?: string | undefined }[] }): string[] {
  return spec.targets.map((target, index) => target.id ?? `target-${index + 1}`);
}

function checkTargetIds(spec: RunSpecInput): Fault[] {
  const ids = targetIds(spec);
  return ids.flatMap((id, index) =>
    findFault(ids.indexOf(id) !== index, {
      pointer: `/targets/${index}/id`,
      fault: `is the id of target ${ids.indexOf(id)} too: ${id}`,
      remedy: `Give each target an id of its own, such as ${id.slice(0, 37)}-${index + 1}`,
    }),
  );
}

function checkLimits(spec: RunSpecInput, { maxRequestTimeoutMs }: RunSpecRules): Fault[] {
  const { limits, targets } = spec;
  const { firstTokenTimeoutMs, requestTimeoutMs, maxCostUsd } = limits;
  return [
    ...findFault(requestTimeoutMs > maxRequestTimeoutMs, {
      pointer: '/limits/requestTimeoutMs',
      fault: `is longer than a worker of this deployment can wait and still measure, ${requestTimeoutMs}`,
      remedy: `Give at most ${maxRequestTimeoutMs}, or raise WORKER_TIME_LIMIT_MS`,
    }),
    ...findFault(firstTokenTimeoutMs !== undefined && firstTokenTimeoutMs > requestTimeoutMs, {
      pointer: '/limits/firstTokenTimeoutMs',
      fault: `is above requestTimeoutMs, ${requestTimeoutMs}`,
      remedy: `Give at most ${requestTimeoutMs}, or leave it out: then only the total counts`,
    }),
    ...targets.flatMap(({ pricing }, index) =>
      findFault(maxCostUsd !== undefined && pricing === undefined, {
        pointer: `/targets/${index}/pricing`,
        fault: 'is missing, though limits.maxCostUsd is set',
        remedy:
          'Add {"inputPerMillionTokens": 1.0, "outputPerMillionTokens": 1.0} with the prices of the target, or leave maxCostUsd out',
      }),
    ),
  ];
}

/** A ratio to the baseline needs a baseline, and a statistic that is read of it. */
function checkRelativeAssertions({ assertions, baseline }: RunSpecInput): Fault[] {
  return assertions.flatMap(({ relativeToBaseline, metric, value }, index): Fault[] => {
    if (relativeToBaseline !== true) return [];
    const at = (field: string) => jsonPointer(['assertions', index, field]);
    if (baseline === undefined) {
      const remedy = 'Add "baseline": {"runId": "run_…"}, or leave relativeToBaseline out';
      return [{ pointer: at('relativeToBaseline'), fault: 'is set, though the spec names no baseline', remedy }];
    }
    if (metric === 'chunkGapMs')
      return [{ pointer: at('metric'), fault: 'is not read of a baseline', remedy: 'Use tpotMs or itlMs' }];
    if (value > 0) return [];
    const remedy = 'Give a ratio such as 1.05: at most 5 % more than the baseline';
    return [{ pointer: at('value'), fault: `is no ratio to a baseline: ${value}`, remedy }];
  });
}

/** Goodput is asked for, in an assertion or an SLO of a search, though nothing says what a good request is. */
function checkGoodputAsked({ slos, assertions, load }: RunSpecInput): Fault[] {
  if (slos.length > 0) return [];
  const search = findSweep(load)?.search;
  const searchSlos = search?.find === 'slo' ? search.slos : [];
  const asked = [
    ...assertions.map(({ metric }, index) => ({ metric, pointer: jsonPointer(['assertions', index, 'metric']) })),
    ...searchSlos.map(({ metric }, index) => ({
      metric,
      pointer: jsonPointer(['load', 'search', 'slos', index, 'metric']),
    })),
  ];
  return asked
    .filter(({ metric }) => metric === 'goodputShare' || metric === 'goodRequestsPerSecond')
    .map(({ metric, pointer }) => ({
      pointer,
      fault: `asks for ${metric}, though the spec names no slos`,
      remedy: 'Add "slos": [{"metric": "ttftMs", "max": 800}], the limits that a good request meets',
    }));
}

function checkAssertions(spec: RunSpecInput): Fault[] {
  const ids = targetIds(spec);
  return spec.assertions.flatMap(({ targetId }, index) =>
    findFault(targetId !== undefined && !ids.includes(targetId), {
      pointer: jsonPointer(['assertions', index, 'targetId']),
      fault: `names no target of this spec: ${targetId}`,
      remedy: `Name one of ${ids.join(', ')}, or leave it out for all targets`,
    }),
  );
}
