import { countStreams, getStageMode, isScheduled, type StageLoad } from '../../../load/load.ts';
import { findOpenSpans, type OpenSpans } from '../../../metrics/find-open-spans.ts';
import { findLockstep } from '../../../metrics/judge/find-lockstep.ts';
import { judgeSaturation } from '../../../metrics/judge/judge-saturation.ts';
import { measureBacklog } from '../../../metrics/judge/measure-backlog.ts';
import { measureFirstServiceTime } from '../../../metrics/judge/measure-first-service-time.ts';
import { listMetricValues } from '../../../metrics/request-metrics.ts';
import { findStartBurst } from '../../../metrics/windows/find-start-burst.ts';
import type { Sample } from '../../../sample/sample.ts';
import { quantile } from '../../../stats/quantile.ts';
import type { StageInput } from '../stage-input.ts';

/** Later than this, a request waited for a stream, and not for the clock. */
const waitedMs = 5;

/** Warnings that the load of a stage calls for, beside those of its numbers; each a sentence. */
export function warnOfStage(
  { plan: { load }, stop }: Pick<StageInput, 'plan' | 'stop'>,
  measured: readonly Sample[],
  spans = findOpenSpans(measured),
): string[] {
  return [
    ...(stop === null ? [] : [`Stopped early (${stop.reason}): ${stop.detail}.`]),
    ...warnOfWaits(load, measured),
    ...warnOfSaturation(load, measured),
    ...warnOfBursts(load, spans),
  ];
}

/** Times the median of the later requests from which the first ones of the streams are told of. */
const slowStart = 1.5;
const minStreams = 5;

function warnOfBursts(load: StageLoad, spans: OpenSpans): string[] {
  if (!getStageMode(load).refillsStreams) return [];
  const burst = findStartBurst(spans, countStreams(load));
  const warnings: string[] = [];
  if (burst !== null && burst.first.length >= minStreams) {
    const first = new Set(burst.first);
    const ttftP50Ms = (isFirst: boolean) =>
      quantile(
        listMetricValues(
          spans.samples.filter((_, i) => first.has(i) === isFirst),
          'ttftMs',
        ),
        0.5,
      );
    const [early, later] = [ttftP50Ms(true), ttftP50Ms(false)];
    if (early !== null && later !== null && early > slowStart * later)
      warnings.push(
        `Start burst: the first requests of the ${first.size} streams began within ${burst.spanMs.toFixed(0)} ms, and their median TTFT is ${early.toFixed(0)} ms, that of the rest ${later.toFixed(0)} ms. The steady window leaves them out, latencies do not: spread them with rampMs.`,
      );
  }
  const lockstep = findLockstep(
    spans,
    burst?.overMs ?? spans.beginMs.reduce((least, begin) => Math.min(least, begin), 0),
  );
  if (lockstep !== null)
    warnings.push(
      `Lockstep: the streams begin their requests together, one burst after another (dispersion ${lockstep.dispersion.toFixed(1)}, where chance gives 1), since all answers take equally long. Ask for output lengths that vary, or use an open loop.`,
    );
  return warnings;
}

function warnOfSaturation(load: StageLoad, measured: readonly Sample[]): string[] {
  if (!isScheduled(load)) return [];
  const found = judgeSaturation(measureBacklog(measured, load.rate.rampMs), measureFirstServiceTime(measured));
  if (found === null) return [];
  const [growth, due] = [found.growthPerSecond.toPrecision(3), found.duePerSecond.toPrecision(3)];
  return [
    `Over-saturated: of ${due} requests due a second, ${growth} a second were not served but added to those that wait. Latencies say how long the stage was, not how fast the target is.`,
  ];
}

function warnOfWaits(load: StageLoad, measured: readonly Sample[]): string[] {
  if (!isScheduled(load) || load.whenFull !== 'wait') return [];
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
