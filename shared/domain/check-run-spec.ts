import type { Fault } from './app-error.ts';
import { checkTarget } from './check-target.ts';
import { jsonPointer } from './json-pointer.ts';
import type { RunSpecInput } from './run-spec.ts';
import type { TokenDistribution } from './token-distribution.ts';

/** What the checks need from outside the domain: a deployment's limits, and two functions of the workload. */
export type RunSpecRules = {
  maxStreamsPerWorker: number;
  /** All batches of a group must run at one time, to start together: so many workers there are for them. */
  maxWorkersPerRun: number;
  maxRequestsPerRun: number;
  /** What is wrong with a distribution whose draws must reach `least`: sentences such as "max is below 40; use 40 or more". */
  checkDistribution(distribution: TokenDistribution, least: number): string[];
  /** The fewest tokens a prompt of the workload can have. */
  minimumInputTokens(workload: RunSpecInput['workload']): number;
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
    ...checkWorkload(spec, rules),
    ...checkLoad(spec, rules),
    ...checkLimits(spec),
    ...checkAssertions(spec),
    ...spec.webhooks.flatMap((webhook, index) => rules.checkAddress(webhook.url, `/webhooks/${index}/url`)),
  ];
}

/** The ids the targets of a spec go by: as given, or `target-1`, `target-2`, … by position. */
export function targetIds(spec: Pick<RunSpecInput, 'targets'>): string[] {
  return spec.targets.map((target, index) => target.id ?? `target-${index + 1}`);
}

function checkTargetIds(spec: RunSpecInput): Fault[] {
  const ids = targetIds(spec);
  return ids.flatMap((id, index) =>
    ids.indexOf(id) === index
      ? []
      : [
          {
            pointer: `/targets/${index}/id`,
            fault: `is the id of target ${ids.indexOf(id)} too: ${id}`,
            remedy: `Give each target an id of its own, such as ${id.slice(0, 37)}-${index + 1}`,
          },
        ],
  );
}

function checkWorkload(spec: RunSpecInput, rules: RunSpecRules): Fault[] {
  const { workload } = spec;
  if (workload.kind === 'prompts') {
    return workload.prompts.flatMap((entry, index) => {
      const given = Number(entry.prompt !== undefined) + Number(entry.messages !== undefined);
      if (given === 1) return [];
      return [
        {
          pointer: `/workload/prompts/${index}`,
          fault: given === 0 ? 'has neither prompt nor messages' : 'has both prompt and messages',
          remedy: 'Give exactly one: {"prompt": "…"} or {"messages": [{"role": "user", "content": "…"}]}',
        },
      ];
    });
  }
  if (workload.kind === 'number-words') {
    if (workload.min <= workload.max) return [];
    return [
      {
        pointer: '/workload/min',
        fault: `is above max, ${workload.max}`,
        remedy: `Give a min of at most ${workload.max}, or a larger max`,
      },
    ];
  }
  return [
    ...checkDraws(rules.checkDistribution(workload.inputTokens, rules.minimumInputTokens(workload)), 'inputTokens'),
    ...checkDraws(rules.checkDistribution(workload.outputTokens, 1), 'outputTokens'),
  ];
}

/** Each fault comes as a sentence with its remedy after the semicolon. */
function checkDraws(sentences: readonly string[], field: string): Fault[] {
  return sentences.map((sentence) => {
    const [fault = sentence, remedy] = sentence.split(/; (.*)/s);
    const example = 'use one such as {"distribution": "normal", "mean": 550, "stddev": 150}';
    return { pointer: `/workload/${field}`, fault, remedy: capitalise(remedy ?? example) };
  });
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function checkLoad(spec: RunSpecInput, rules: RunSpecRules): Fault[] {
  const { load } = spec;
  const faults: Fault[] = [];
  const together = spec.order === 'interleaved' ? spec.targets.length : 1;
  const most = Math.floor(rules.maxWorkersPerRun / together) * rules.maxStreamsPerWorker;
  const tooWide = (pointer: string, value: number) => {
    if (value <= most) return;
    const each = together === 1 ? '' : ` for each of ${together} interleaved targets`;
    faults.push({
      pointer,
      fault: `${value} streams${each} are more than this deployment opens at once`,
      remedy: `Give at most ${most}${together === 1 ? '' : ', or set order to sequential'}, or raise MAX_WORKERS_PER_RUN`,
    });
  };
  if (load.mode === 'rate') tooWide('/load/maxConcurrency', load.maxConcurrency);
  else
    load.stages.forEach((stage, index) => {
      const pointer = `/load/stages/${index}/concurrency`;
      tooWide(pointer, stage.concurrency);
      if (stage.concurrency > stage.requests)
        faults.push({
          pointer,
          fault: `${stage.concurrency} streams are more than the ${stage.requests} requests of the stage`,
          remedy: `Give at least ${stage.concurrency} requests (some ten times that for steady figures), or a concurrency of at most ${stage.requests}`,
        });
    });
  const perTarget = load.stages.reduce((sum, stage) => sum + stage.requests + load.warmupRequests, 0);
  const total = perTarget * spec.targets.length;
  if (total > rules.maxRequestsPerRun)
    faults.push({
      pointer: '/load/stages',
      fault: `asks for ${total} requests over all stages and targets, warm-up included`,
      remedy: `Ask for at most ${rules.maxRequestsPerRun} a run; split the rest into further runs`,
    });
  return faults;
}

function checkLimits(spec: RunSpecInput): Fault[] {
  const { limits, targets } = spec;
  const faults: Fault[] = [];
  const { firstTokenTimeoutMs, requestTimeoutMs } = limits;
  if (firstTokenTimeoutMs !== undefined && firstTokenTimeoutMs > requestTimeoutMs)
    faults.push({
      pointer: '/limits/firstTokenTimeoutMs',
      fault: `is above requestTimeoutMs, ${requestTimeoutMs}`,
      remedy: `Give at most ${requestTimeoutMs}, or leave it out: then only the total counts`,
    });
  if (limits.maxCostUsd !== undefined)
    targets.forEach((target, index) => {
      if (target.pricing !== undefined) return;
      faults.push({
        pointer: `/targets/${index}/pricing`,
        fault: 'is missing, though limits.maxCostUsd is set',
        remedy:
          'Add {"inputPerMillionTokens": 1.0, "outputPerMillionTokens": 1.0} with the prices of the target, or leave maxCostUsd out',
      });
    });
  return faults;
}

function checkAssertions(spec: RunSpecInput): Fault[] {
  const ids = targetIds(spec);
  return spec.assertions.flatMap((assertion, index) => {
    const { target } = assertion;
    if (target === undefined || ids.includes(target)) return [];
    return [
      {
        pointer: jsonPointer(['assertions', index, 'target']),
        fault: `names no target of this spec: ${target}`,
        remedy: `Name one of ${ids.join(', ')}, or leave it out for all targets`,
      },
    ];
  });
}
