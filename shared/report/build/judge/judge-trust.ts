import { getStageMode } from '../../../load/load.ts';
import { neverFull } from '../../../metrics/windows/find-windows.ts';
import { notSentReasons } from '../../../sample/outcome.ts';
import type { Trust } from '../../model/judgement.ts';
import type { StageReport } from '../../model/report.ts';
import { rankFailures } from '../../words/describe-failure.ts';
import { nameStage } from '../../words/describe-load.ts';
import type { ReportOrigin } from '../report-origin.ts';
import type { StageInput } from '../stage-input.ts';
import type { LevelRole } from './level-roles.ts';

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
/** Of the median gap between a stream's arrivals, what the error bar may take; less than this many ms is no matter. */
const maxShareOfGap = 0.2;
const minErrorMs = 5;
/** Left alone it is 0.1 to 0.2, beside other work on both cores up to 0.6; beside a busy loop on each, 0.84 and more. */
const maxCpuWaitShare = 0.75;
const maxCpuStealShare = 0.1;
/** Left alone, a machine of two CPUs is at 0.1 to 0.5; beside a busy loop on each, at 1. */
const maxMachineCpuUse = 0.95;
const minAchievedShare = 0.9;
const maxFailedShare = 0.5;

/**
 * Whether the numbers of a run can be taken at their word. Each rule that fires gives a reason; any reason makes the run
 * suspect:
 * - a stage that issued requests has no account of its instrument, or, being longer than 1 s, one without event-loop delays;
 * - a load began more than 250 ms after the agreed start, so that the workers did not run together;
 * - slip p99, without the opening of connections, is over 10 % of the median TTFT (and over 5 ms), unless requests were to
 *   wait for a free stream;
 * - event-loop delay p99 is over 10 % of the median TTFT, or over the median tpotMs (and over 10 ms);
 * - the error bar (p99 of how late the reference stream's arrivals were stamped) is over 10 % of the median TTFT, or over
 *   20 % of the median gap between a stream's arrivals (and over 5 ms); or, the stage being longer than 1 s, is not known;
 * - a measuring thread used more than 0.9 of a CPU, or waited for one in more than 75 % of the time in which it could run;
 * - the host gave more than 10 % of the machine's CPU time to others;
 * - a stage longer than 1 s found more than 95 % of its machine's CPU time in use: how promptly the instrument got a CPU
 *   was then up to what else ran;
 * - in a closed loop, less than 90 % of the concurrency asked for was open in the steady window; for a rate, less than
 *   90 % of the rate at which the requests were due was achieved;
 * - a closed loop never had the concurrency asked for open;
 * - no measured request is ok, or more than half of those issued failed: what is left of them is no fair sample;
 * - it was imported: nothing is known of the instrument, and a summary may not fit its records;
 * - a batch failed, was lost, or was run in more than one attempt, which interrupts the load.
 *
 * A search goes beyond what its target can take, on purpose: of a run that has found something, the levels count that the
 * finding rests on, and of those that only bound it what says that they were measured wrong, not that they were too much.
 * @param roles of the levels of each search that found something, by stage; every other stage counts in full
 */
export function judgeTrust(judged: readonly JudgedStage[], roles: ReadonlyMap<number, LevelRole>): Trust {
  const stages = judged.map(({ report }) => report);
  const reasons = judged.flatMap(({ report, ofLoad, ofMeasuring }) => {
    const role = roles.get(report.stageIndex) ?? 'answer';
    const counting = role === 'answer' ? [...ofLoad, ...ofMeasuring] : role === 'bound' ? ofMeasuring : [];
    return counting.map((reason) => `${nameStage(report, stages)}: ${reason}`);
  });
  if (judged.every(({ report }) => report.counts.issued === 0)) reasons.unshift('no measured request was sent');
  return { result: reasons.length === 0 ? 'ok' : 'suspect', reasons };
}

/** What speaks against the numbers of one stage: what became of the load asked for, and how it was measured. */
export type JudgedStage = { report: StageReport; ofLoad: string[]; ofMeasuring: string[] };

/** The rules of `judgeTrust` over one stage. */
export function judgeStage(input: StageInput, report: StageReport, origin: ReportOrigin): JudgedStage {
  return {
    report,
    ofLoad: [...listFailureReasons(report), ...listLoadReasons(input, report)],
    ofMeasuring: [
      ...(origin.listMeasuringReasons(report) ?? listInstrumentReasons(report)),
      ...listBatchReasons(input, report),
    ],
  };
}

function listFailureReasons({ counts }: StageReport): string[] {
  const { issued, ok, failed, canceled } = counts;
  if (issued === 0 || (ok > 0 && failed <= maxFailedShare * issued)) return [];
  const [main] = rankFailures([counts]);
  const shareOf = (count: number) => `${((count / issued) * 100).toFixed(1)} %`;
  if (main === undefined) return [`no measured request is ok: ${canceled} of ${issued} were canceled while open`];
  const classes = `${main.count} of them ${main.outcome} (${shareOf(main.count)})`;
  if (ok === 0) return [`no measured request is ok: ${failed} of ${issued} failed, ${classes}`];
  return [`${failed} of ${issued} requests failed (${shareOf(failed)}), ${classes}: the rest are no fair sample`];
}

function listInstrumentReasons({ counts, instrument, load, requests, windows }: StageReport): string[] {
  const { attempts, startLateMs, slipP99Ms, cpuUse, cpuWaitShare, cpuStealShare, machineCpuUse } = instrument;
  if (counts.issued === 0) return [];
  if (attempts === 0) return ['the instrument gave no account of itself'];
  const ttftMs = requests.ttftMs.p50 ?? 0;
  const isLong = (windows.full.durationMs ?? 0) > minMonitoredMs;
  const reasons = listErrorReasons(instrument, requests, isLong);
  if (startLateMs !== null && startLateMs > maxStartLateMs)
    reasons.push(`a load began ${startLateMs.toFixed(0)} ms after the agreed start`);
  // Where requests may wait for a stream, they begin late by the will of the spec.
  const isLate = slipP99Ms !== null && slipP99Ms > Math.max(minSlipMs, maxShareOfMedian * ttftMs);
  if (load.whenFull !== 'wait' && isLate)
    reasons.push(`requests began late: slip p99 ${slipP99Ms.toFixed(1)} ms, median TTFT ${ttftMs.toFixed(0)} ms`);
  if (cpuUse !== null && cpuUse > maxCpuUse)
    reasons.push(`a measuring thread used ${cpuUse.toFixed(2)} of a CPU: arrivals may have waited`);
  if (cpuWaitShare !== null && cpuWaitShare > maxCpuWaitShare)
    reasons.push(
      `a measuring thread was starved: it waited for a CPU in ${percent(cpuWaitShare)} of the time in which it could run`,
    );
  if (cpuStealShare !== null && cpuStealShare > maxCpuStealShare)
    reasons.push(`the host of a worker gave ${percent(cpuStealShare)} of its CPU time to others`);
  if (isLong && machineCpuUse !== null && machineCpuUse > maxMachineCpuUse)
    reasons.push(
      `no CPU was to spare on the machine of a worker: ${percent(machineCpuUse)} of its CPU time was in use`,
    );
  return reasons;
}

/** How late arrivals were stamped, by the reference stream and by the event loop. */
function listErrorReasons(
  { errorP99Ms, eventLoopDelayP99Ms: delayMs }: StageReport['instrument'],
  { ttftMs, chunkGapMs, tpotMs }: StageReport['requests'],
  isLong: boolean,
): string[] {
  const reasons: string[] = [];
  const medianTtftMs = ttftMs.p50 ?? 0;
  const medianGapMs = chunkGapMs.p50 ?? tpotMs.p50 ?? Number.POSITIVE_INFINITY;
  const tolerableMs = maxShareOfMedian * medianTtftMs;
  // A load that ends between two looks of the monitor has no delay, nor one shorter than a reference stream an error.
  if (errorP99Ms === null) {
    if (isLong) reasons.push("the instrument's error is not known: no reference stream was read");
  } else if (errorP99Ms > Math.max(minErrorMs, tolerableMs))
    reasons.push(
      `arrivals were stamped late: error bar p99 ${errorP99Ms.toFixed(1)} ms, median TTFT ${medianTtftMs.toFixed(0)} ms`,
    );
  else if (errorP99Ms > Math.max(minErrorMs, maxShareOfGap * medianGapMs))
    reasons.push(
      `arrivals were stamped late: error bar p99 ${errorP99Ms.toFixed(1)} ms, median gap between them ${medianGapMs.toFixed(1)} ms`,
    );
  if (delayMs === null) {
    if (isLong) reasons.push('the event-loop delay is not known');
  } else if (delayMs > Math.max(minEventLoopDelayMs, tolerableMs))
    reasons.push(
      `arrivals were read late: event-loop delay p99 ${delayMs.toFixed(1)} ms, median TTFT ${medianTtftMs.toFixed(0)} ms`,
    );
  else if (tpotMs.p50 !== null && tpotMs.p50 > 0 && delayMs > Math.max(minEventLoopDelayMs, tpotMs.p50))
    reasons.push(
      `event-loop delay p99 ${delayMs.toFixed(1)} ms is more than the median tpotMs of ${tpotMs.p50.toFixed(1)} ms`,
    );
  return reasons;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function listLoadReasons({ samples }: StageInput, { counts, load, windows }: StageReport): string[] {
  const { achievedConcurrency, achievedRequestsPerSecond, reason } = windows.steady;
  const { refillsStreams } = getStageMode(load);
  if (refillsStreams && counts.ok > 0 && reason === neverFull)
    return [`never were ${Math.min(load.concurrency ?? 0, load.requests)} requests open at once, as was asked for`];
  if (refillsStreams && load.concurrency !== null && achievedConcurrency.value !== null) {
    const asked = Math.min(load.concurrency, load.requests);
    if (achievedConcurrency.value >= minAchievedShare * asked) return [];
    return [`${achievedConcurrency.value.toFixed(1)} of ${asked} requests were open on average in the steady window`];
  }
  const achieved = windows.full.achievedRequestsPerSecond.value ?? achievedRequestsPerSecond.value;
  if (load.requestsPerSecond === null || achieved === null) return [];
  const due = measureDueRate(samples);
  if (due === null || achieved >= minAchievedShare * due) return [];
  return [`requests began at ${achieved.toFixed(2)}/s, due at ${due.toFixed(2)}/s`];
}

/** The rate of the schedule itself over the requests that were begun, which for random arrivals is not the rate asked for. */
function measureDueRate(samples: StageInput['samples']): number | null {
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

function listBatchReasons({ samples, failures }: StageInput, { counts }: StageReport): string[] {
  const reasons = failures.map(({ code, message }) => `a batch failed (${code}): ${message}`);
  for (const reason of notSentReasons) {
    const count = counts.notSentByReason[reason];
    if (count > 0 && (reason === 'worker_lost' || reason === 'worker_failed'))
      reasons.push(
        `${count} requests were not sent because their worker ${reason === 'worker_lost' ? 'was lost' : 'failed'}`,
      );
  }
  const attempts = new Map<number, Set<number>>();
  for (const { batchIndex, attempt } of samples)
    if (attempt > 0) attempts.set(batchIndex, (attempts.get(batchIndex) ?? new Set()).add(attempt));
  const interrupted = [...attempts.values()].filter(({ size }) => size > 1).length;
  if (interrupted > 0)
    reasons.push(`${interrupted} of ${attempts.size} batches ran in more than one attempt: the load was interrupted`);
  return reasons;
}
