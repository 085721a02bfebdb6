import type { Sample } from '../../sample/sample.ts';
import { findOpenSpans } from '../find-open-spans.ts';
import type { BacklogPoint } from './judge-saturation.ts';

const points = 160;

/**
 * The backlog of an open loop over time, at 160 instants from the end of its ramp to when the last request fell due: those
 * due and not ended, refused ones among them, since they were asked for and never served.
 */
export function measureBacklog(measured: readonly Sample[], rampMs: number): BacklogPoint[] {
  const known = measured.filter(({ dueMs, originWallMs }) => dueMs !== null && originWallMs !== null);
  const spans = findOpenSpans(known);
  const { originWallMs } = spans;
  if (originWallMs === null) return [];
  const dueMs = Float64Array.from(
    known,
    (sample) => (sample.originWallMs ?? 0) - originWallMs + (sample.dueMs ?? 0),
  ).sort();
  const endMs = spans.sortedEndMs;
  const fromMs = (dueMs[0] ?? 0) + rampMs;
  const lengthMs = (dueMs.at(-1) ?? 0) - fromMs;
  let due = 0;
  let ended = 0;
  return Array.from({ length: lengthMs > 0 ? points : 0 }, (_, k) => {
    const atMs = (lengthMs * (k + 1)) / points;
    while (due < dueMs.length && (dueMs[due] ?? 0) <= fromMs + atMs) due += 1;
    while (ended < endMs.length && (endMs[ended] ?? 0) <= fromMs + atMs) ended += 1;
    return { atMs, backlog: due - ended, due };
  });
}
