import { sortedQuantile } from '../../stats/quantile.ts';
import type { OpenSpans } from '../find-open-spans.ts';
import { findStartBurst } from './find-bursts.ts';

export type Window = { fromMs: number; toMs: number };

/** The load that a stage requests: a number of streams (closed loop or rounds), or requests on a schedule. */
export type RequestedLoad =
  /** `refillsStreams`: whether a stream sends its next request as soon as the previous one ends. False for rounds. */
  | { streams: number; refillsStreams: boolean }
  /** `rampMs`: time in ms from the start until the rate reaches its full value. */
  | { streams: null; rampMs: number };

export const neverFull = 'the requested concurrency was never reached';

export type Windows = { full: Window | null; steady: Window | null; whyNoSteady: string | null };

/**
 * Finds the windows of a stage. The full window is from the start of the first measured request to the end of the last
 * response. The steady window excludes ramp and drain: it ends when the last request begins, and it starts
 * - for rounds: when the full concurrency is first reached;
 * - for a closed loop: when the full concurrency is first reached, or after a burst of first requests;
 * - for a rate: one typical service time (p90 of the open times) after the end of the ramp.
 * A closed loop (or rounds) has no steady window if fewer requests than streams begin after the ramp. The rates would
 * then depend only on when the first requests ended.
 */
export function findWindows(spans: OpenSpans, load: RequestedLoad): Windows {
  const begins = spans.sortedBeginMs;
  const first = begins[0];
  const last = begins.at(-1);
  if (first === undefined || last === undefined)
    return { full: null, steady: null, whyNoSteady: 'no request was issued' };
  const ends = spans.sortedEndMs;
  const full = { fromMs: first, toMs: ends.at(-1) ?? first };
  const none = (whyNoSteady: string): Windows => ({ full, steady: null, whyNoSteady });
  const rampEndMs =
    load.streams === null
      ? first + load.rampMs + (sortedQuantile(spans.sortedOpenMs, 0.9) ?? 0)
      : findFullFromMs(begins, ends, load.streams);
  if (rampEndMs === null) return none(neverFull);
  if (!(last > rampEndMs)) return none('the last request started before the end of the ramp');
  const tooFew = (afterMs: number, what: string): string | null => {
    const begun = begins.length - begins.findLastIndex((begin) => begin <= afterMs) - 1;
    if (load.streams === null || begun >= load.streams) return null;
    return `only ${begun} ${begun === 1 ? 'request' : 'requests'} started after the ${what}, fewer than the ${load.streams} open at once`;
  };
  const whyNoRefill = tooFew(rampEndMs, 'ramp');
  if (whyNoRefill !== null) return none(whyNoRefill);
  const burst = load.streams !== null && load.refillsStreams ? findStartBurst(spans, load.streams) : null;
  const fromMs = Math.max(rampEndMs, burst?.overMs ?? rampEndMs);
  const whyNone = tooFew(fromMs, 'start burst');
  return whyNone === null ? { full, steady: { fromMs, toMs: last }, whyNoSteady: null } : none(whyNone);
}

/** Finds when `concurrency` requests are first open at once. Requests that end at that moment do not count as open. */
function findFullFromMs(begins: Float64Array, ends: Float64Array, concurrency: number): number | null {
  let ended = 0;
  for (let begun = 0; begun < begins.length; begun++) {
    const atMs = begins[begun] ?? 0;
    while (ended < begun && (ends[ended] ?? 0) <= atMs) ended += 1;
    if (begun + 1 - ended >= concurrency) return atMs;
  }
  return null;
}
