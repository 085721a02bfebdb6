import { getStageMode } from '../../../load/load.ts';
import { neverFull } from '../../../metrics/windows/find-windows.ts';
import type { Trust } from '../../model/judgement.ts';
import type { StageReport } from '../../model/report.ts';
import { rankFailures } from '../../words/describe-failure.ts';
import { nameStage } from '../../words/describe-load.ts';
import type { ReportOrigin } from '../report-origin.ts';
import type { StageInput } from '../stage-input.ts';
import type { LevelRole } from './assign-level-roles.ts';

/*
 * Timestamps and starts may be late by this share of the median TTFT. `minSlipMs`, `minEventLoopDelayMs` and
 * `minErrorMs` are allowed even if TTFTs are very short, because clocks and timers have a limited resolution.
 */
const maxShareOfMedian = 0.1;
const minSlipMs = 5;
/** The event-loop monitor samples every 10 ms, so smaller delays are not meaningful. */
const minEventLoopDelayMs = 10;
const minMonitoredMs = 1_000;
const maxStartLateMs = 250;
const maxCpuUse = 0.9;
/** Maximum measurement error as a share of the median gap between output events; at least `minErrorMs` is allowed. */
const maxShareOfGap = 0.2;
const minErrorMs = 5;
/** Measured CPU wait: 0.1–0.2 on an idle machine, up to 0.6 with other work, over 0.84 with busy loops on all cores. */
const maxCpuWaitShare = 0.75;
const maxCpuStealShare = 0.1;
/** Measured use of two CPUs: 0.1–0.5 on an idle machine, 1 with a busy loop on each CPU. */
const maxMachineCpuUse = 0.95;
/** More excluded requests than this share could change p99, because slow requests are more likely to be disturbed. */
const maxDisturbedShare = 0.01;
const minAchievedShare = 0.9;
const maxFailedShare = 0.5;

/**
 * Judges whether a run's results can be trusted: any reason makes the run suspect. docs/metrics.md lists the rules.
 * A search overloads its target on purpose. If a search found a load, its `bound` levels give only reasons about the
 * instrument, and its `aside` levels give no reasons.
 * @param roles roles of the levels of each search that found a load, by stage index; all other stages count fully
 */
export function judgeTrust(judged: readonly JudgedStage[], roles: ReadonlyMap<number, LevelRole>): Trust {
  const stages = judged.map(({ report }) => report);
  const reasons = judged.flatMap(({ report, ofLoad, ofMeasuring }) => {
    const role = roles.get(report.stageIndex) ?? 'answer';
    const counting = role === 'answer' ? [...ofLoad, ...ofMeasuring] : role === 'bound' ? ofMeasuring : [];
    return counting.map((reason) => `${nameStage(report, stages)}: ${reason}`);
  });
  if (judged.every(({ report }) => report.counts.issued === 0)) reasons.unshift('No measured request was sent.');
  return { result: reasons.length === 0 ? 'ok' : 'suspect', reasons };
}

/** The reasons not to trust a stage: `ofLoad` is about the actual load, `ofMeasuring` about the instrument. */
export type JudgedStage = { report: StageReport; ofLoad: string[]; ofMeasuring: string[] };

export function judgeStage(input: StageInput, report: StageReport, origin: ReportOrigin): JudgedStage {
  const ofInstrument = origin.listMeasuringReasons(report) ?? listInstrumentReasons(report);
  return {
    report,
    ofLoad: [...listFailureReasons(report), ...listLoadReasons(input, report)],
    ofMeasuring: [...ofInstrument, ...listBatchReasons(input, report)],
  };
}

function listFailureReasons({ counts }: StageReport): string[] {
  const { issued, ok, failed, canceled } = counts;
  if (issued === 0 || (ok > 0 && failed <= maxFailedShare * issued)) return [];
  const [main] = rankFailures([counts]);
  const percent = (count: number) => `${((count / issued) * 100).toFixed(1)} %`;
  if (main === undefined) return [`no measured request succeeded: ${canceled} of ${issued} were canceled while open.`];
  const classes = `${main.count} with ${main.outcome} (${percent(main.count)})`;
  if (ok === 0) return [`no measured request succeeded: ${failed} of ${issued} failed, ${classes}.`];
  return [`${failed} of ${issued} requests failed (${percent(failed)}), ${classes}. The rest are not representative.`];
}

const advice = 'Close other programs on this machine and run again.';

function listInstrumentReasons({ counts, instrument, load, requests, windows }: StageReport): string[] {
  const { attempts, startLateMs, slipP99Ms, cpuUse, cpuWaitShare, cpuStealShare, machineCpuUse } = instrument;
  if (counts.issued === 0) return [];
  if (attempts === 0) return ['the measurement error is unknown, because no worker reported its measuring conditions.'];
  const ttftMs = requests.ttftMs.p50 ?? 0;
  const isLong = (windows.full.durationMs ?? 0) > minMonitoredMs;
  const maxSlipMs = Math.max(minSlipMs, maxShareOfMedian * ttftMs);
  const late = startLateMs?.toFixed(0);
  const slip = slipP99Ms?.toFixed(1);
  const { issued, disturbed } = counts;
  const stall = (instrument.longestStallMs ?? 0) / 1_000;
  const rules: [isBroken: boolean, reason: string][] = [
    [
      disturbed > maxDisturbedShare * issued,
      `${disturbed} of ${issued} requests (${((100 * disturbed) / issued).toFixed(1)} %) are excluded, because they were open while a worker stalled (longest stall ${stall.toFixed(1)} s). Keep the worker’s machine and process running without pauses, close other programs on it, and run again.`,
    ],
    [isAbove(startLateMs, maxStartLateMs), `a worker started ${late} ms after the agreed start.`],
    // If requests may wait for a free stream, their late start is intended.
    [
      load.whenFull !== 'wait' && isAbove(slipP99Ms, maxSlipMs),
      `1 % of the requests started more than ${slip} ms late, which is too much for a median TTFT of ${ttftMs.toFixed(0)} ms. ${advice}`,
    ],
    [isAbove(cpuUse, maxCpuUse), `a measuring thread used ${formatShare(cpuUse)} of a CPU, so timestamps may be late.`],
    [
      isAbove(cpuWaitShare, maxCpuWaitShare),
      `a measuring thread spent ${formatShare(cpuWaitShare)} of its runnable time waiting for a CPU. ${advice}`,
    ],
    [
      isAbove(cpuStealShare, maxCpuStealShare),
      `a worker’s host gave ${formatShare(cpuStealShare)} of the CPU time to other virtual machines.`,
    ],
    [
      isLong && isAbove(machineCpuUse, maxMachineCpuUse),
      `a worker’s machine had no spare CPU (${formatShare(machineCpuUse)} in use). ${advice}`,
    ],
  ];
  const broken = rules.flatMap(([isBroken, reason]) => (isBroken ? [reason] : []));
  return [...listErrorReasons(instrument, requests, isLong), ...broken];
}

function isAbove(value: number | null, limit: number): boolean {
  return value !== null && value > limit;
}

function formatShare(share: number | null): string {
  return `${(100 * (share ?? 0)).toFixed(0)} %`;
}

/** Lists reasons to distrust timestamps: their error in the reference stream, or the event-loop delay, is too large. */
function listErrorReasons(
  { errorP99Ms, eventLoopDelayP99Ms: delayMs }: StageReport['instrument'],
  { ttftMs, chunkGapMs, tpotMs }: StageReport['requests'],
  isLong: boolean,
): string[] {
  const reasons: string[] = [];
  const medianTtftMs = ttftMs.p50 ?? 0;
  const medianGapMs = chunkGapMs.p50 ?? tpotMs.p50 ?? Number.POSITIVE_INFINITY;
  const tolerableMs = maxShareOfMedian * medianTtftMs;
  const againstTtft = `a median TTFT of ${medianTtftMs.toFixed(0)} ms. ${advice}`;
  const error = `1 % of the timestamps were more than ${errorP99Ms?.toFixed(1)} ms late, which is too much for`;
  // A very short load may end between two samples of the delay monitor or before a reference stream was read.
  if (errorP99Ms === null) {
    if (isLong) reasons.push('the measurement error is unknown, because no reference stream was read.');
  } else if (errorP99Ms > Math.max(minErrorMs, tolerableMs)) reasons.push(`${error} ${againstTtft}`);
  else if (errorP99Ms > Math.max(minErrorMs, maxShareOfGap * medianGapMs))
    reasons.push(`${error} a median gap of ${medianGapMs.toFixed(1)} ms between chunks. ${advice}`);
  const delay = `1 % of the responses were read more than ${delayMs?.toFixed(1)} ms late (event-loop delay), which is too much for`;
  if (delayMs === null) {
    if (isLong) reasons.push('the event-loop delay is unknown.');
  } else if (delayMs > Math.max(minEventLoopDelayMs, tolerableMs)) reasons.push(`${delay} ${againstTtft}`);
  else if (tpotMs.p50 !== null && tpotMs.p50 > 0 && delayMs > Math.max(minEventLoopDelayMs, tpotMs.p50))
    reasons.push(`${delay} a median TPOT of ${tpotMs.p50.toFixed(1)} ms. ${advice}`);
  return reasons;
}

function listLoadReasons({ samples }: StageInput, { counts, load, windows }: StageReport): string[] {
  const { achievedConcurrency, achievedRequestsPerSecond, reason } = windows.steady;
  const { refillsStreams } = getStageMode(load);
  const requested = Math.min(load.concurrency ?? 0, load.requests);
  if (refillsStreams && counts.ok > 0 && reason === neverFull)
    return [`the requested concurrency of ${requested} was never reached.`];
  if (refillsStreams && load.concurrency !== null && achievedConcurrency.value !== null) {
    if (achievedConcurrency.value >= minAchievedShare * requested) return [];
    return [
      `an average of ${achievedConcurrency.value.toFixed(1)} requests were open in the steady window, but the requested concurrency is ${requested}.`,
    ];
  }
  const achieved = windows.full.achievedRequestsPerSecond.value ?? achievedRequestsPerSecond.value;
  if (load.requestsPerSecond === null || achieved === null) return [];
  const due = measureDueRate(samples);
  if (due === null || achieved >= minAchievedShare * due) return [];
  return [`requests started at ${achieved.toFixed(2)}/s, but were due at ${due.toFixed(2)}/s.`];
}

/** Measures the rate at which started requests were due. Random arrivals make it differ from the requested rate. */
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

const lostReasons = { worker_lost: 'was lost', worker_failed: 'failed' } as const;

function listBatchReasons({ samples, failures }: StageInput, { counts }: StageReport): string[] {
  const reasons = failures.map(({ code, message }) => `a batch failed (${code}): ${message}`);
  for (const reason of ['worker_lost', 'worker_failed'] as const) {
    const count = counts.notSentByReason[reason];
    if (count > 0) reasons.push(`${count} requests were not sent because their worker ${lostReasons[reason]}.`);
  }
  const attempts = new Map<number, Set<number>>();
  for (const { batchIndex, attempt } of samples)
    if (attempt > 0) attempts.set(batchIndex, (attempts.get(batchIndex) ?? new Set()).add(attempt));
  const interrupted = [...attempts.values()].filter(({ size }) => size > 1).length;
  if (interrupted > 0)
    reasons.push(
      `the load was interrupted, because ${interrupted} of ${attempts.size} batches ran in more than one attempt.`,
    );
  return reasons;
}
