import { z } from 'zod';
import { countStreams, getStageMode, isScheduled, type StageLoad } from '../../load/load.ts';
import type { Sample } from '../../sample/sample.ts';
import type { Slo } from '../../spec/slo.ts';
import type { OpenSpans } from '../find-open-spans.ts';
import { isGood, noSlos } from '../measure-goodput.ts';
import { createMetricValue, metricValueSchema } from '../metric-value.ts';
import { findWindows, type RequestedLoad, type Window } from './find-windows.ts';
import { tallyWindow, type WindowTally } from './tally-window.ts';

export const windowSchema = z.enum(['full', 'steady']).meta({ id: 'Window' });

export const windowMetricsSchema = z
  .object({
    from: z.iso.datetime().nullable().describe('Start on the wall clock; the duration is measured monotonically'),
    durationMs: z.number().nullable(),
    excludedMs: z
      .number()
      .default(0)
      .describe('Share of disturbed requests in the duration. Throughput excludes this time and these requests'),
    reason: z.string().nullable().describe('Why there is no such window; null if there is one'),
    completedRequestsPerMinute: metricValueSchema,
    outputTokensPerSecondTotal: metricValueSchema,
    totalTokensPerSecondTotal: metricValueSchema,
    achievedConcurrency: metricValueSchema,
    achievedRequestsPerSecond: metricValueSchema,
    goodRequestsPerSecond: metricValueSchema,
  })
  .meta({ id: 'WindowMetrics', description: 'Throughput and load of a stage in one window of time' });
export type WindowMetrics = z.infer<typeof windowMetricsSchema>;

export function measureWindows(
  spans: OpenSpans,
  load: StageLoad,
  slos: readonly Slo[],
): { windows: Record<'full' | 'steady', WindowMetrics>; full: Window | null } {
  const { full, steady, whyNoSteady } = findWindows(spans, toRequestedLoad(load));
  const good = slos.length === 0 ? null : (sample: Sample) => isGood(slos, sample);
  const isOpenLoop = isScheduled(load);
  const windows = {
    full: measureWindow(spans, full, full === null ? whyNoSteady : null, good, isOpenLoop),
    steady: measureWindow(spans, steady, whyNoSteady, good, isOpenLoop),
  };
  return { windows, full };
}

function toRequestedLoad(load: StageLoad): RequestedLoad {
  if (isScheduled(load)) return { streams: null, rampMs: load.rate.rampMs };
  return { streams: countStreams(load), refillsStreams: getStageMode(load).refillsStreams };
}

/**
 * Measures throughput and load in a window. A request counts in each rate by the share of its open time inside the
 * window (`weighSpan`). In the full window, all shares are 1. It adds to the concurrency for the time in which it is
 * open. Throughput excludes disturbed requests and their time.
 * @param window null if the stage has no such window; `whyNone` is then the reason
 * @param isGood whether a request meets the SLOs; null if there are no SLOs
 * @param isOpenLoop whether requests start on a schedule, even if earlier requests are still open
 */
export function measureWindow(
  spans: OpenSpans,
  window: Window | null,
  whyNone: string | null,
  isGood: ((sample: Sample) => boolean) | null = null,
  isOpenLoop = false,
): WindowMetrics {
  const reason = whyNone ?? 'the window has no length';
  const durationMs = window === null ? 0 : window.toMs - window.fromMs;
  const range = window ?? { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY };
  const tally = tallyWindow(spans, range, isGood);
  const excludedMs = durationMs * findDisturbedShare(tally, isOpenLoop);
  const perSecond = (sum: number, lengthMs: number, n: number) =>
    createMetricValue(lengthMs > 0 ? sum / (lengthMs / 1_000) : null, n, reason);
  const rate = (sum: number, n: number) => perSecond(sum, durationMs - excludedMs, n);
  return {
    from: window === null || spans.originWallMs === null ? null : formatInstant(spans.originWallMs + window.fromMs),
    durationMs: window === null ? null : durationMs,
    excludedMs,
    reason: window === null ? reason : null,
    completedRequestsPerMinute: rate(tally.completed * 60, tally.partlyCompleted),
    outputTokensPerSecondTotal: rate(tally.outputTokens, tally.withOutputTokens),
    totalTokensPerSecondTotal: rate(tally.totalTokens, tally.withAllTokens),
    achievedConcurrency: perSecond(tally.openMs / 1_000, durationMs, tally.open),
    achievedRequestsPerSecond: isOpenLoop
      ? measureStartRate(tally, window === null ? reason : 'all requests began at the same time')
      : perSecond(tally.sent, durationMs, tally.open),
    goodRequestsPerSecond: isGood === null ? createMetricValue(null, 0, noSlos) : rate(tally.good, tally.partlyGood),
  };
}

/** Measures the rate at which the requests of a schedule started. It ignores how long they took. */
function measureStartRate({ begun, firstBeginMs, lastBeginMs }: WindowTally, whyNone: string) {
  const seconds = (lastBeginMs - firstBeginMs) / 1_000;
  return createMetricValue(seconds > 0 ? (begun - 1) / seconds : null, begun, whyNone);
}

/**
 * Returns the share of a window that its disturbed requests stand for. In a closed loop, this is their share of the open
 * time, which streams cannot use otherwise. In an open loop, the schedule continues, so it is their share of the requests.
 */
function findDisturbedShare(tally: WindowTally, isOpenLoop: boolean): number {
  const [part, whole] = isOpenLoop ? [tally.disturbed, tally.sent] : [tally.disturbedOpenMs, tally.openMs];
  return whole === 0 ? 0 : part / whole;
}

function formatInstant(wallMs: number): string | null {
  const date = new Date(Math.round(wallMs));
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
