import { sortedQuantile } from '../../stats/quantile.ts';
import type { OpenSpans } from '../find-open-spans.ts';
import { findStartBurst } from './find-start-burst.ts';

/** A stretch of time on the time line of the spans. */
export type Window = { fromMs: number; toMs: number };

/** What a stage asked for: so many streams at all times (also in each round), or requests on a schedule. */
export type RequestedLoad =
  /** `refillsStreams`: a stream asks again as soon as it has been answered, so that bursts are not the rule, as in rounds. */
  | { streams: number; refillsStreams: boolean }
  /** `rampMs`: for so long after the start the rate was still on its way. */
  | { streams: null; rampMs: number };

/** Why a closed loop has no steady window where it never had the load that was asked for. */
export const neverFull = 'never were as many requests open at once as were asked for';

export type Windows = { full: Window | null; steady: Window | null; whyNoSteady: string | null };

/**
 * The full window runs from the first begin to the last end of the stage's measured requests. The steady window leaves out
 * the ramp and the drain: it ends when the last request begins, and starts
 * - for rounds, when the full concurrency is first reached;
 * - for a closed loop, then, or, where the first requests of the streams came as one burst, once that is behind;
 * - for a rate, one typical service time (the p90 of the open times) after the first begin, and after the end of its ramp:
 *   from then on about as many requests end as begin.
 * A closed loop in which fewer requests begin after the ramp than are open at once has not turned over once, and rates in
 * its window would say when the first requests happened to end: it has no steady window.
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
  if (!(last > rampEndMs)) return none('the last request began before the ramp was over');
  const tooFew = (afterMs: number, what: string): string | null => {
    const begun = begins.length - begins.findLastIndex((begin) => begin <= afterMs) - 1;
    if (load.streams === null || begun >= load.streams) return null;
    return `only ${begun} ${begun === 1 ? 'request' : 'requests'} began after the ${what}, fewer than the ${load.streams} open at once`;
  };
  const whyNoTurn = tooFew(rampEndMs, 'ramp');
  if (whyNoTurn !== null) return none(whyNoTurn);
  // In rounds each round is a burst, and all of them alike.
  const burst = load.streams !== null && load.refillsStreams ? findStartBurst(spans, load.streams) : null;
  const fromMs = Math.max(rampEndMs, burst?.overMs ?? rampEndMs);
  const whyNone = tooFew(fromMs, 'start burst');
  return whyNone === null ? { full, steady: { fromMs, toMs: last }, whyNoSteady: null } : none(whyNone);
}

/** When `concurrency` requests are first open; a request that ends at the very instant another begins has made room for it. */
function findFullFromMs(begins: Float64Array, ends: Float64Array, concurrency: number): number | null {
  let ended = 0;
  for (let begun = 0; begun < begins.length; begun++) {
    const atMs = begins[begun] ?? 0;
    while (ended < begun && (ends[ended] ?? 0) <= atMs) ended += 1;
    if (begun + 1 - ended >= concurrency) return atMs;
  }
  return null;
}
