import type { LoadCurve } from '../config/provider-config.ts';

/**
 * How many times as long everything takes with `inFlight` streams at once: 1 for a stream alone, 1 + gain at the
 * reference. `sensitivity` (mean 1) is the stream's own share of the slowdown.
 */
export function loadFactor(curve: LoadCurve, inFlight: number, sensitivity: number): number {
  if (curve.gain === 0 || inFlight <= 1) return 1;
  return 1 + curve.gain * sensitivity * ((inFlight - 1) / (curve.reference - 1)) ** curve.power;
}
