import { buildJsonPointer, type Fault, findFault } from '../errors/app-error.ts';
import { checkLoad } from '../load/check-load.ts';
import { describePacing, findSweep } from '../load/load.ts';
import type { LoadRules } from '../load/modes/load-mode.ts';
import { bytesPerEvent } from '../protocols/parts/event-size.ts';
import { getWorkloadKind } from '../workload/workload.ts';
import { checkTarget } from './check-target.ts';
import type { RunSpecInput } from './run-spec.ts';

/** The deployment's limits for run specs. */
export type RunSpecRules = LoadRules & {
  /** Maximum request timeout in ms. A longer timeout would leave a worker no time to measure. */
  maxRequestTimeoutMs: number;
  /** Maximum size of a response in bytes. */
  maxResponseBytes: number;
  checkAddress(url: string, pointer: string): Fault[];
};

/**
 * Returns the problems of a spec that its schema cannot detect: conflicts between fields, and values above the
 * deployment's limits. Reads no stores; for example, it does not check whether credentials exist.
 */
export function checkRunSpec(spec: RunSpecInput, rules: RunSpecRules): Fault[] {
  return [
    ...spec.targets.flatMap((target, index) => checkTarget(target, index, rules.checkAddress)),
    ...checkTargetIds(spec),
    ...getWorkloadKind(spec.workload).check(spec.workload, describePacing(spec)),
    ...checkLoad(spec, rules),
    ...checkLimits(spec, rules),
    ...checkOutputSize(spec, rules),
    ...checkAssertions(spec),
    ...checkGoodput(spec),
    ...checkRelativeAssertions(spec),
    ...spec.webhooks.flatMap((webhook, index) => rules.checkAddress(webhook.url, `/webhooks/${index}/url`)),
  ];
}

/** Returns the targets' ids. Targets without an id get `target-1`, `target-2`, … by position. */
export function listTargetIds(spec: { targets: readonly { id?: string | undefined }[] }): string[] {
  return spec.targets.map((target, index) => target.id ?? `target-${index + 1}`);
}

function checkTargetIds(spec: RunSpecInput): Fault[] {
  const ids = listTargetIds(spec);
  return ids.flatMap((id, index) =>
    findFault(ids.indexOf(id) !== index, {
      pointer: `/targets/${index}/id`,
      fault: `is already the id of target ${ids.indexOf(id)}: ${id}`,
      remedy: `Use a unique id for each target, such as ${id.slice(0, 37)}-${index + 1}`,
    }),
  );
}

function checkLimits(spec: RunSpecInput, { maxRequestTimeoutMs }: RunSpecRules): Fault[] {
  const { limits, targets } = spec;
  const { firstTokenTimeoutMs, requestTimeoutMs, maxCostUsd } = limits;
  return [
    ...findFault(requestTimeoutMs > maxRequestTimeoutMs, {
      pointer: '/limits/requestTimeoutMs',
      fault: `is ${requestTimeoutMs}, which is longer than a worker of this deployment can run`,
      remedy: `Use at most ${maxRequestTimeoutMs}, or raise WORKER_TIME_LIMIT_MS`,
    }),
    ...findFault(firstTokenTimeoutMs !== undefined && firstTokenTimeoutMs > requestTimeoutMs, {
      pointer: '/limits/firstTokenTimeoutMs',
      fault: `is greater than requestTimeoutMs (${requestTimeoutMs})`,
      remedy: `Use at most ${requestTimeoutMs}, or omit it`,
    }),
    ...targets.flatMap(({ pricing }, index) =>
      findFault(maxCostUsd !== undefined && pricing === undefined, {
        pointer: `/targets/${index}/pricing`,
        fault: 'is required if limits.maxCostUsd is set',
        remedy:
          'Add {"inputPerMillionTokens": 1.0, "outputPerMillionTokens": 1.0} with the prices of the target, or omit maxCostUsd',
      }),
    ),
  ];
}

/** Checks that a response has room for one event for each output token. */
function checkOutputSize({ workload }: RunSpecInput, { maxResponseBytes }: RunSpecRules): Fault[] {
  const largest = getWorkloadKind(workload).findLargestOutput?.(workload) ?? null;
  const mostTokens = Math.floor(maxResponseBytes / bytesPerEvent);
  if (largest === null) return [];
  return findFault(largest.tokens > mostTokens, {
    pointer: `/workload/${largest.field}`,
    fault: `allows ${largest.tokens} output tokens, but a response of this deployment has room for about ${mostTokens}`,
    remedy: `Use at most ${mostTokens}, or raise MAX_RESPONSE_BYTES (${maxResponseBytes})`,
  });
}

function checkRelativeAssertions({ assertions, baseline }: RunSpecInput): Fault[] {
  return assertions.flatMap(({ relativeToBaseline, metric, value }, index): Fault[] => {
    if (relativeToBaseline !== true) return [];
    const at = (field: string) => buildJsonPointer(['assertions', index, field]);
    if (baseline === undefined) {
      const remedy = 'Add "baseline": {"runId": "run_…"}, or omit relativeToBaseline';
      return [{ pointer: at('relativeToBaseline'), fault: 'is set, but the spec has no baseline', remedy }];
    }
    if (metric === 'chunkGapMs')
      return [
        { pointer: at('metric'), fault: 'cannot be compared with a baseline', remedy: 'Use tpotMs or itlMs instead' },
      ];
    if (value > 0) return [];
    const remedy = 'Use a ratio such as 1.05, which allows a value up to 5 % above the baseline';
    return [
      { pointer: at('value'), fault: `is a ratio to the baseline, so it must be greater than 0: ${value}`, remedy },
    ];
  });
}

function checkGoodput({ slos, assertions, load }: RunSpecInput): Fault[] {
  if (slos.length > 0) return [];
  const search = findSweep(load)?.search;
  const searchSlos = search?.find === 'slo' ? search.slos : [];
  const metrics = [
    ...assertions.map(({ metric }, index) => ({ metric, pointer: buildJsonPointer(['assertions', index, 'metric']) })),
    ...searchSlos.map(({ metric }, index) => ({
      metric,
      pointer: buildJsonPointer(['load', 'search', 'slos', index, 'metric']),
    })),
  ];
  return metrics
    .filter(({ metric }) => metric === 'goodputShare' || metric === 'goodRequestsPerSecond')
    .map(({ metric, pointer }) => ({
      pointer,
      fault: `is ${metric}, but the spec has no slos`,
      remedy: 'Add "slos": [{"metric": "ttftMs", "max": 800}] to define a good request',
    }));
}

function checkAssertions(spec: RunSpecInput): Fault[] {
  const ids = listTargetIds(spec);
  return spec.assertions.flatMap(({ targetId }, index) =>
    findFault(targetId !== undefined && !ids.includes(targetId), {
      pointer: buildJsonPointer(['assertions', index, 'targetId']),
      fault: `is not the id of a target in this spec: ${targetId}`,
      remedy: `Use one of ${ids.join(', ')}, or omit it for all targets`,
    }),
  );
}
