import type { Sample } from '../../sample/sample.ts';
import type { OpenSpans } from '../find-open-spans.ts';
import type { Window } from './find-windows.ts';
import { weighSpan } from './weigh-span.ts';

/** Sums over the requests of a window. Each request counts by the share of its open time inside the window. */
export type WindowTally = ReturnType<typeof createTally>;

function createTally() {
  return {
    /** Sent requests, failures and disturbed requests included. */
    sent: 0,
    disturbed: 0,
    openMs: 0,
    disturbedOpenMs: 0,
    /** Successful undisturbed requests, those that meet the SLOs, and their tokens. */
    completed: 0,
    good: 0,
    outputTokens: 0,
    totalTokens: 0,
    /** Numbers of requests behind these sums. */
    open: 0,
    partlyCompleted: 0,
    partlyGood: 0,
    withOutputTokens: 0,
    withAllTokens: 0,
    begun: 0,
    firstBeginMs: Number.POSITIVE_INFINITY,
    lastBeginMs: Number.NEGATIVE_INFINITY,
  };
}

/** Adds up what happened in a window. `isGood` is null if there are no SLOs. */
export function tallyWindow(
  spans: OpenSpans,
  window: Window,
  isGood: ((sample: Sample) => boolean) | null,
): WindowTally {
  const tally = createTally();
  spans.samples.forEach((sample, i) => {
    const beginMs = spans.beginMs[i] ?? 0;
    const endMs = spans.endMs[i] ?? 0;
    if (endMs < window.fromMs || beginMs > window.toMs) return;
    const share = weighSpan(beginMs, endMs, window);
    const openMs = Math.min(endMs, window.toMs) - Math.max(beginMs, window.fromMs);
    tally.open += 1;
    tally.openMs += openMs;
    tally.sent += share;
    if (sample.disturbed) {
      tally.disturbed += share;
      tally.disturbedOpenMs += openMs;
    }
    if (beginMs >= window.fromMs) {
      tally.begun += 1;
      tally.firstBeginMs = Math.min(tally.firstBeginMs, beginMs);
      tally.lastBeginMs = Math.max(tally.lastBeginMs, beginMs);
    }
    if (share > 0 && sample.outcome === 'ok' && !sample.disturbed) addCompleted(tally, sample, share, isGood);
  });
  return tally;
}

function addCompleted(
  tally: WindowTally,
  sample: Sample,
  share: number,
  isGood: ((sample: Sample) => boolean) | null,
): void {
  const { inputTokens, outputTokens } = sample;
  tally.completed += share;
  tally.partlyCompleted += 1;
  if (isGood?.(sample) === true) {
    tally.good += share;
    tally.partlyGood += 1;
  }
  if (outputTokens === null) return;
  tally.outputTokens += share * outputTokens;
  tally.withOutputTokens += 1;
  if (inputTokens === null) return;
  tally.totalTokens += share * (inputTokens + outputTokens);
  tally.withAllTokens += 1;
}
