import type { Sample } from '../domain/sample.ts';
import type { StageLoad } from '../domain/stage-load.ts';
import { backlogOf } from '../metrics/backlog-of.ts';
import { judgeSaturation } from '../metrics/judge-saturation.ts';
import { serviceTimeOfFirst } from '../metrics/service-time-of-first.ts';
import type { StageInput } from './stage-input.ts';

/** Later than this, a request waited for a stream, and not for the clock. */
const waitedMs = 5;

/** Warnings that the load of a stage calls for, beside those of its numbers; each a sentence. */
export function stageWarnings(
  { plan: { load }, stop }: Pick<StageInput, 'plan' | 'stop'>,
  measured: readonly Sample[],
): string[] {
  return [
    ...(stop === null ? [] : [`Stopped early (${stop.reason}): ${stop.detail}.`]),
    ...waitWarnings(load, measured),
    ...saturationWarnings(load, measured),
  ];
}

function saturationWarnings(load: StageLoad, measured: readonly Sample[]): string[] {
  if (load.mode !== 'rate') return [];
  const found = judgeSaturation(backlogOf(measured, load.rate.rampMs), serviceTimeOfFirst(measured));
  if (found === null) return [];
  const [growth, due] = [found.growthPerSecond.toPrecision(3), found.duePerSecond.toPrecision(3)];
  return [
    `Over-saturated: of ${due} requests due a second, ${growth} a second were not served but added to those that wait. Latencies say how long the stage was, not how fast the target is.`,
  ];
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
