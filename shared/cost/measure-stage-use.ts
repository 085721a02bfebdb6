import type { Sample } from '../sample/sample.ts';
import type { StageUse } from './service-use.ts';

/** The counts of a stage that was run: its batches are busy from the first start to the last end, hand-overs included. */
export function measureStageUse(batches: number, samples: readonly Sample[]): StageUse {
  const spans = new Map<number, { fromMs: number; toMs: number }>();
  let requests = 0;
  let outputEvents = 0;
  for (const { batchIndex, originWallMs, startMs, endMs, outputEvents: events } of samples) {
    if (originWallMs === null || startMs === null) continue;
    requests += 1;
    outputEvents += events;
    const fromMs = originWallMs + startMs;
    const toMs = originWallMs + Math.max(startMs, endMs ?? startMs);
    const span = spans.get(batchIndex);
    if (span === undefined) spans.set(batchIndex, { fromMs, toMs });
    else {
      span.fromMs = Math.min(span.fromMs, fromMs);
      span.toMs = Math.max(span.toMs, toMs);
    }
  }
  const busyMs = [...spans.values()].reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
  return { batches, requests, outputEvents, busyMs };
}
