import { notSentReasons } from '../domain/outcome.ts';
import { neverFull } from '../metrics/find-windows.ts';
import { rankFailures } from './rank-failures.ts';
import type { StageReport, Trust } from './report.ts';
import type { StageInput } from './stage-input.ts';

/**
 * What a disturbed instrument may add to a time, as a share of the median it is added to. The floors keep a fast target
 * from being called into doubt over what the clock of the event loop itself cannot tell.
 */
const maxShareOfMedian = 0.1;
const minSlipMs = 5;
/** The monitor of the event loop looks every 10 ms: what it says of less is chance. */
const minEventLoopDelayMs = 10;
const minMonitoredMs = 1_000;
const maxStartLateMs = 250;
const maxCpuUse = 0.9;
const minAchievedShare = 0.9;
const maxFailedShare = 0.5;

/**
 * Whether the numbers of a run can be taken at their word. Each rule that fires gives a reason; any reason makes the run
 * suspect:
 * - a stage that issued requests has no account of its instrument, or, being longer than 1 s, one without event-loop delays;
 * - a load began more than 250 ms after the agreed start, so that the workers did not run together;
 * - slip p99 is over 10 % of the median TTFT (and over 5 ms), unless requests were to wait for a free stream;
 * - event-loop delay p99 is over 10 % of the median TTFT, or over the median tpotMs (and over 10 ms);
 * - a measuring thread used more than 0.9 of a CPU;
 * - in a closed loop, less than 90 % of the concurrency asked for was open in the steady window; for a rate, less than
 *   90 % of the rate at which the requests were due was achieved;
 * - a closed loop never had the concurrency asked for open;
 * - no measured request is ok, or more than half of those issued failed: what is left of them is no fair sample;
 * - a batch failed, was lost, or was run in more than one attempt, which interrupts the load.
 */
export function judgeTrust(stages: readonly { input: StageInput; report: StageReport }[]): Trust {
  const reasons = stages.flatMap(({ input, report }) =>
    [
      ...failureReasons(report),
      ...instrumentReasons(report),
      ...loadReasons(input, report),
      ...batchReasons(input, report),
    ].map((reason) => `${report.target}, stage ${report.stage}: ${reason}`),
  );
  if (stages.every(({ report }) => report.counts.issued === 0)) reasons.unshift('no measured request was sent');
  return { result: reasons.length === 0 ? 'ok' : 'suspect', reasons };
}

function failureReasons({ counts }: StageReport): string[] {
  const { issued, ok, failed, cancelled } = counts;
  if (issued === 0 || (ok > 0 && failed <= maxFailedShare * issued)) return [];
  const [main] = rankFailures([counts]);
  const shareOf = (count: number) => `${((count / issued) * 100).toFixed(1)} %`;
  if (main === undefined) return [`no measured request is ok: ${cancelled} of ${issued} were cancelled while open`];
  const classes = `${main.count} of them ${main.outcome} (${shareOf(main.count)})`;
  if (ok === 0) return [`no measured request is ok: ${failed} of ${issued} failed, ${classes}`];
  return [`${failed} of ${issued} requests failed (${shareOf(failed)}), ${classes}: the rest are no fair sample`];
}

function instrumentReasons({ counts, instrument, load, requests, windows }: StageReport): string[] {
  const { attempts, startLateMs, slipP99Ms, eventLoopDelayP99Ms, cpuUse } = instrument;
  if (counts.issued === 0) return [];
  if (attempts === 0) return ['the instrument gave no account of itself'];
  const reasons: string[] = [];
  const ttftMs = requests.ttftMs.p50 ?? 0;
  const tpotMs = requests.tpotMs.p50 ?? 0;
  const tolerableMs = maxShareOfMedian * ttftMs;
  if (startLateMs !== null && startLateMs > maxStartLateMs)
    reasons.push(`a load began ${startLateMs.toFixed(0)} ms after the agreed start`);
  // Where requests may wait for a stream, they begin late by the will of the spec.
  if (load.whenFull !== 'wait' && slipP99Ms !== null && slipP99Ms > Math.max(minSlipMs, tolerableMs))
    reasons.push(`requests began late: slip p99 ${slipP99Ms.toFixed(1)} ms, median TTFT ${ttftMs.toFixed(0)} ms`);
  if (eventLoopDelayP99Ms === null) {
    // A load that ends between two looks of the monitor has none.
    if ((windows.whole.durationMs ?? 0) > minMonitoredMs) reasons.push('the event-loop delay is not known');
  } else if (eventLoopDelayP99Ms > Math.max(minEventLoopDelayMs, tolerableMs))
    reasons.push(
      `arrivals were read late: event-loop delay p99 ${eventLoopDelayP99Ms.toFixed(1)} ms, median TTFT ${ttftMs.toFixed(0)} ms`,
    );
  else if (tpotMs > 0 && eventLoopDelayP99Ms > Math.max(minEventLoopDelayMs, tpotMs))
    reasons.push(
      `event-loop delay p99 ${eventLoopDelayP99Ms.toFixed(1)} ms is more than the median tpotMs of ${tpotMs.toFixed(1)} ms`,
    );
  if (cpuUse !== null && cpuUse > maxCpuUse)
    reasons.push(`a measuring thread used ${cpuUse.toFixed(2)} of a CPU: arrivals may have waited`);
  return reasons;
}

function loadReasons({ samples }: StageInput, { counts, load, windows }: StageReport): string[] {
  const { achievedConcurrency, achievedRequestsPerSecond, reason } = windows.steady;
  if (load.mode === 'concurrency' && counts.ok > 0 && reason === neverFull)
    return [`never were ${Math.min(load.concurrency ?? 0, load.requests)} requests open at once, as was asked for`];
  if (load.mode === 'concurrency' && load.concurrency !== null && achievedConcurrency.value !== null) {
    const asked = Math.min(load.concurrency, load.requests);
    if (achievedConcurrency.value >= minAchievedShare * asked) return [];
    return [`${achievedConcurrency.value.toFixed(1)} of ${asked} requests were open on average in the steady window`];
  }
  const achieved = windows.whole.achievedRequestsPerSecond.value ?? achievedRequestsPerSecond.value;
  if (load.mode !== 'rate' || achieved === null) return [];
  const due = dueRate(samples);
  if (due === null || achieved >= minAchievedShare * due) return [];
  return [`requests began at ${achieved.toFixed(2)}/s, due at ${due.toFixed(2)}/s`];
}

/** The rate of the schedule itself over the requests that were begun, which for random arrivals is not the rate asked for. */
function dueRate(samples: StageInput['samples']): number | null {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let n = 0;
  for (const { warmup, startMs, dueMs, originWallMs } of samples) {
    if (warmup || startMs === null || dueMs === null || originWallMs === null) continue;
    n += 1;
    first = Math.min(first, originWallMs + dueMs);
    last = Math.max(last, originWallMs + dueMs);
  }
  return last > first ? ((n - 1) / (last - first)) * 1_000 : null;
}

function batchReasons({ samples, failures }: StageInput, { counts }: StageReport): string[] {
  const reasons = failures.map(({ code, message }) => `a batch failed (${code}): ${message}`);
  for (const reason of notSentReasons) {
    const count = counts.notSentByReason[reason];
    if (count > 0 && (reason === 'worker_lost' || reason === 'worker_failed'))
      reasons.push(
        `${count} requests were not sent because their worker ${reason === 'worker_lost' ? 'was lost' : 'failed'}`,
      );
  }
  const attempts = new Map<number, Set<number>>();
  for (const { batch, attempt } of samples)
    if (attempt > 0) attempts.set(batch, (attempts.get(batch) ?? new Set()).add(attempt));
  const interrupted = [...attempts.values()].filter(({ size }) => size > 1).length;
  if (interrupted > 0)
    reasons.push(`${interrupted} of ${attempts.size} batches ran in more than one attempt: the load was interrupted`);
  return reasons;
}
