import { z } from 'zod';
import type { OpenSpans } from '../find-open-spans.ts';
import type { Window } from './find-windows.ts';

const maxPoints = 200;

export const concurrencySeriesSchema = z
  .object({
    stepMs: z.number().positive().describe('Width of each step in ms'),
    open: z.array(z.number().min(0)).max(maxPoints).describe('Mean number of open requests in each step'),
  })
  .meta({ id: 'ConcurrencySeries', description: 'Open requests of all workers in each step of the full window' });
export type ConcurrencySeries = z.infer<typeof concurrencySeriesSchema>;

/**
 * Measures the mean number of open requests over time, in up to 200 equal steps of at least 1 ms. Each mean is an
 * integral over the step, divided by the length of the step. Returns null if the window has no length.
 */
export function measureConcurrency(spans: OpenSpans, window: Window | null): ConcurrencySeries | null {
  const lengthMs = window === null ? 0 : window.toMs - window.fromMs;
  if (window === null || lengthMs <= 0) return null;
  const steps = Math.max(1, Math.min(maxPoints, Math.floor(lengthMs)));
  const stepMs = lengthMs / steps;
  const begun = integrateCount(spans.sortedBeginMs);
  const ended = integrateCount(spans.sortedEndMs);
  const openUntil = (atMs: number) => begun(atMs) - ended(atMs);
  const edges = Array.from({ length: steps + 1 }, (_, k) => openUntil(window.fromMs + k * stepMs));
  const open = edges.slice(1).map((edge, k) => Math.max(0, (edge - (edges[k] ?? 0)) / stepMs));
  return { stepMs, open: open.map((value) => Math.round(value * 1_000) / 1_000) };
}

/** Returns a function that integrates, up to `atMs`, how many timestamps have passed. Call it with ascending times. */
function integrateCount(sorted: Float64Array): (atMs: number) => number {
  let count = 0;
  let sumMs = 0;
  return (atMs) => {
    while (count < sorted.length && (sorted[count] ?? 0) <= atMs) sumMs += sorted[count++] ?? 0;
    return count * atMs - sumMs;
  };
}
