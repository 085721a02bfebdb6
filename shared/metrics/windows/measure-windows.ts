import { countStreams, getStageMode, isScheduled, type StageLoad } from '../../load/load.ts';
import type { Sample } from '../../sample/sample.ts';
import type { Slo } from '../../spec/slo.ts';
import type { OpenSpans } from '../find-open-spans.ts';
import { isGood } from '../measure-goodput.ts';
import { findWindows, type RequestedLoad, type Window } from './find-windows.ts';
import { measureWindow, type WindowMetrics } from './measure-window.ts';

/** Finds the two windows of a stage, and measures throughput and load in each. */
export function measureWindows(
  spans: OpenSpans,
  load: StageLoad,
  slos: readonly Slo[],
): { windows: Record<'full' | 'steady', WindowMetrics>; full: Window | null } {
  const { full, steady, whyNoSteady } = findWindows(spans, toRequestedLoad(load));
  const good = slos.length === 0 ? null : (sample: Sample) => isGood(slos, sample);
  const windows = {
    full: measureWindow(spans, full, full === null ? whyNoSteady : null, good),
    steady: measureWindow(spans, steady, whyNoSteady, good),
  };
  return { windows, full };
}

/** A stage of fewer requests than streams can never have more open than requests. */
function toRequestedLoad(load: StageLoad): RequestedLoad {
  if (isScheduled(load)) return { streams: null, rampMs: load.rate.rampMs };
  return { streams: countStreams(load), refillsStreams: getStageMode(load).refillsStreams };
}
