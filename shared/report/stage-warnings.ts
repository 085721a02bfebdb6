import type { Sample } from '../domain/sample.ts';
import type { StageLoad } from '../domain/stage-load.ts';

/** Later than this, a request waited for a stream, and not for the clock. */
const waitedMs = 5;

/** Warnings that the load of a stage calls for, beside those of its numbers; each a sentence. */
export function stageWarnings(load: StageLoad, measured: readonly Sample[]): string[] {
  return waitWarnings(load, measured);
}

function waitWarnings(load: StageLoad, measured: readonly Sample[]): string[] {
  if (load.mode !== 'rate' || load.whenFull !== 'wait') return [];
  let issued = 0;
  let waited = 0;
  for (const { startMs, dueMs } of measured) {
    if (startMs === null || dueMs === null) continue;
    issued += 1;
    if (startMs - dueMs > waitedMs) waited += 1;
  }
  if (waited === 0) return [];
  return [
    `${waited} of ${issued} requests waited for one of ${load.maxConcurrency} streams to be free: scheduledLatencyMs has their wait, e2eLatencyMs and ttftMs have not.`,
  ];
}
