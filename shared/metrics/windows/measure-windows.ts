import { z } from 'zod';
import { countStreams, getStageMode, isScheduled, type StageLoad } from '../../load/load.ts';
import type { Sample } from '../../sample/sample.ts';
import type { Slo } from '../../spec/slo.ts';
import type { OpenSpans } from '../find-open-spans.ts';
import { isGood, noSlos } from '../measure-goodput.ts';
import { createMetricValue, metricValueSchema } from '../metric-value.ts';
import { findWindows, type RequestedLoad, type Window } from './find-windows.ts';

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
 * Measures throughput and load in a window. A request counts as completed in the window in which it ends. It adds to
 * the concurrency for the time in which it is open. Throughput excludes disturbed requests and their time.
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
  const beginSeconds = (tally.lastBeginMs - tally.firstBeginMs) / 1_000;
  return {
    from: window === null || spans.originWallMs === null ? null : formatInstant(spans.originWallMs + window.fromMs),
    durationMs: window === null ? null : durationMs,
    excludedMs,
    reason: window === null ? reason : null,
    completedRequestsPerMinute: rate(tally.completed * 60, tally.completed),
    outputTokensPerSecondTotal: rate(tally.outputTokens, tally.withOutputTokens),
    totalTokensPerSecondTotal: rate(tally.totalTokens, tally.withAllTokens),
    achievedConcurrency: perSecond(tally.openMs / 1_000, durationMs, tally.open),
    achievedRequestsPerSecond: createMetricValue(
      beginSeconds > 0 ? (tally.begun - 1) / beginSeconds : null,
      tally.begun,
      window === null ? reason : 'all requests began at the same time',
    ),
    goodRequestsPerSecond: isGood === null ? createMetricValue(null, 0, noSlos) : rate(tally.good, tally.good),
  };
}

function tallyWindow(spans: OpenSpans, { fromMs, toMs }: Window, isGood: ((sample: Sample) => boolean) | null) {
  const tally = {
    completed: 0,
    good: 0,
    outputTokens: 0,
    withOutputTokens: 0,
    totalTokens: 0,
    withAllTokens: 0,
    openMs: 0,
    disturbedOpenMs: 0,
    open: 0,
    begun: 0,
    disturbedBegun: 0,
    firstBeginMs: Number.POSITIVE_INFINITY,
    lastBeginMs: Number.NEGATIVE_INFINITY,
  };
  spans.samples.forEach((sample, i) => {
    const { outcome, disturbed, inputTokens, outputTokens } = sample;
    const beginMs = spans.beginMs[i] ?? 0;
    const endMs = spans.endMs[i] ?? 0;
    if (endMs >= fromMs && beginMs <= toMs) {
      tally.open += 1;
      const openMs = Math.min(endMs, toMs) - Math.max(beginMs, fromMs);
      tally.openMs += openMs;
      if (disturbed) tally.disturbedOpenMs += openMs;
    }
    if (beginMs >= fromMs && beginMs <= toMs) {
      tally.begun += 1;
      if (disturbed) tally.disturbedBegun += 1;
      tally.firstBeginMs = Math.min(tally.firstBeginMs, beginMs);
      tally.lastBeginMs = Math.max(tally.lastBeginMs, beginMs);
    }
    // A request that ended exactly at the start of the window counts only if it also began at that moment.
    const isWithin = endMs <= toMs && (endMs > fromMs || beginMs >= fromMs);
    if (outcome !== 'ok' || disturbed || !isWithin) return;
    tally.completed += 1;
    if (isGood?.(sample) === true) tally.good += 1;
    if (outputTokens === null) return;
    tally.withOutputTokens += 1;
    tally.outputTokens += outputTokens;
    if (inputTokens === null) return;
    tally.withAllTokens += 1;
    tally.totalTokens += inputTokens + outputTokens;
  });
  return tally;
}

/**
 * Returns the share of a window that its disturbed requests stand for. In a closed loop, this is their share of the open
 * time, which streams cannot use otherwise. In an open loop, the schedule continues, so it is their share of the begins.
 */
function findDisturbedShare(tally: ReturnType<typeof tallyWindow>, isOpenLoop: boolean): number {
  const [part, whole] = isOpenLoop ? [tally.disturbedBegun, tally.begun] : [tally.disturbedOpenMs, tally.openMs];
  return whole === 0 ? 0 : part / whole;
}

function formatInstant(wallMs: number): string | null {
  const date = new Date(Math.round(wallMs));
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
