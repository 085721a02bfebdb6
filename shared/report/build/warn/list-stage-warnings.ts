import { countStreams, getStageMode, isScheduled, type StageLoad } from '../../../load/load.ts';
import { findOpenSpans, type OpenSpans } from '../../../metrics/find-open-spans.ts';
import { judgeSaturation, measureBacklog, measureFirstServiceTime } from '../../../metrics/judge/judge-saturation.ts';
import { listMetricValues } from '../../../metrics/request-metrics.ts';
import { findStartBurst, findSynchronization } from '../../../metrics/windows/find-bursts.ts';
import type { Sample } from '../../../sample/sample.ts';
import { quantile } from '../../../stats/quantile.ts';
import { countThings } from '../../words/format-text.ts';
import type { StageInput } from '../stage-input.ts';

export function listStageWarnings(
  { plan: { load }, stop }: Pick<StageInput, 'plan' | 'stop'>,
  measured: readonly Sample[],
  spans = findOpenSpans(measured),
): string[] {
  return [
    ...(stop === null ? [] : [`Stopped early (${stop.reason}): ${stop.detail}.`]),
    ...listWaitWarnings(load, measured),
    ...listSaturationWarnings(load, measured),
    ...listBurstWarnings(load, spans),
  ];
}

/** The streams' first requests are slow if their median TTFT is at least this many times the other requests' median. */
const slowStart = 1.5;
const minStreams = 5;

function listBurstWarnings(load: StageLoad, spans: OpenSpans): string[] {
  if (!getStageMode(load).refillsStreams) return [];
  const burst = findStartBurst(spans, countStreams(load));
  const warnings: string[] = [];
  if (burst !== null && burst.first.length >= minStreams) {
    const first = new Set(burst.first);
    const measureTtftP50Ms = (isFirst: boolean) => {
      const own = spans.samples.filter(({ disturbed }, i) => !disturbed && first.has(i) === isFirst);
      return quantile(listMetricValues(own, 'ttftMs'), 0.5);
    };
    const [early, later] = [measureTtftP50Ms(true), measureTtftP50Ms(false)];
    if (early !== null && later !== null && early > slowStart * later)
      warnings.push(
        `Start burst: the first requests of the ${first.size} streams started within ${burst.spanMs.toFixed(0)} ms. Their median TTFT is ${early.toFixed(0)} ms, compared with ${later.toFixed(0)} ms for the rest. The steady window excludes them, but latencies include them. Spread them with rampMs.`,
      );
  }
  const fromMs = burst?.overMs ?? spans.beginMs.reduce((least, begin) => Math.min(least, begin), 0);
  const synchronization = findSynchronization(spans, fromMs);
  if (synchronization !== null)
    warnings.push(
      `Synchronized streams: all answers take equally long, so the streams start their requests together in bursts (dispersion ${synchronization.dispersion.toFixed(1)}; 1 by chance). Vary the output lengths, or use an open loop.`,
    );
  return warnings;
}

function listSaturationWarnings(load: StageLoad, measured: readonly Sample[]): string[] {
  if (!isScheduled(load)) return [];
  const found = judgeSaturation(measureBacklog(measured, load.rate.rampMs), measureFirstServiceTime(measured));
  if (found === null) return [];
  const [growth, due] = [found.growthPerSecond.toPrecision(3), found.duePerSecond.toPrecision(3)];
  return [
    `Over-saturated: ${due} requests per second were due, and the backlog grew by ${growth} requests per second. Latencies depend on the length of the stage, not on the speed of the target.`,
  ];
}

/** A request that starts more than this many ms after its due time was waiting for a free stream, not for a timer. */
const waitedMs = 5;

function listWaitWarnings(load: StageLoad, measured: readonly Sample[]): string[] {
  if (!isScheduled(load) || load.whenFull !== 'wait') return [];
  let [issued, waited] = [0, 0];
  for (const { startMs, dueMs } of measured) {
    if (startMs === null || dueMs === null) continue;
    issued += 1;
    if (startMs - dueMs > waitedMs) waited += 1;
  }
  if (waited === 0) return [];
  return [
    `${waited} of ${countThings(issued, 'request')} waited for ${load.maxConcurrency === 1 ? 'the only stream' : `one of ${load.maxConcurrency} streams`}. scheduledLatencyMs includes the wait; e2eLatencyMs and ttftMs do not.`,
  ];
}
