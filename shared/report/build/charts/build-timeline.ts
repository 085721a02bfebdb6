import { findOpenSpans, type OpenSpans } from '../../../metrics/find-open-spans.ts';
import { computeRequestMetric } from '../../../metrics/request-metrics.ts';
import { formatInstant } from '../../../records/format-instant.ts';
import { isFailure } from '../../../sample/outcome.ts';
import type { Sample } from '../../../sample/sample.ts';
import { quantile } from '../../../stats/quantile.ts';
import { maxBins, type Timeline } from '../../model/chart-data.ts';

/** The measured samples of one stage. */
export type ChartedStage = { stageIndex: number; targetId: string; measured: readonly Sample[] };

const requestsPerBin = 8;
const minBins = 12;

/** The spans of a stage, and how far their time line begins after the run's. */
type Placed = { targetId: string; spans: OpenSpans; offsetMs: number };

/**
 * What ended when, in bins of a round width, 120 at most and 12 at least or so, from the first begin to the last end of the run. Stages are placed
 * by the wall clock, since each has a monotonic clock of its own. Null where no instant is known.
 */
export function buildTimeline(targets: readonly string[], stages: readonly ChartedStage[]): Timeline | null {
  const placed = placeStages(stages);
  if (placed === null) return null;
  const lengthMs = Math.max(...placed.stages.map(findLastEndMs));
  const binMs = roundUpWidthMs(lengthMs / countBins(targets, stages));
  const bins = Math.min(maxBins, Math.max(1, Math.ceil(lengthMs / binMs)));
  return {
    from: formatInstant(placed.fromWallMs),
    binMs,
    targets: targets.map((targetId) => ({
      targetId,
      ...countEnds(
        placed.stages.filter((stage) => stage.targetId === targetId),
        binMs,
        bins,
      ),
    })),
  };
}

function placeStages(stages: readonly ChartedStage[]): { fromWallMs: number; stages: Placed[] } | null {
  const known = stages.flatMap(({ targetId, measured }) => {
    const spans = findOpenSpans(measured);
    if (spans.originWallMs === null) return [];
    return [
      { targetId, spans, beginWallMs: spans.originWallMs + findLeast(spans.beginMs), origin: spans.originWallMs },
    ];
  });
  if (known.length === 0) return null;
  const fromWallMs = Math.min(...known.map(({ beginWallMs }) => beginWallMs));
  return {
    fromWallMs,
    stages: known.map(({ targetId, spans, origin }) => ({ targetId, spans, offsetMs: origin - fromWallMs })),
  };
}

function findLeast(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

function findLastEndMs({ spans, offsetMs }: Placed): number {
  return offsetMs + spans.endMs.reduce((last, endMs) => Math.max(last, endMs), 0);
}

/** Fewer where so many would hold too few requests to tell a rate from chance. */
function countBins(targets: readonly string[], stages: readonly ChartedStage[]): number {
  const requests = stages.reduce((sum, { measured }) => sum + measured.length, 0);
  return Math.min(maxBins, Math.max(minBins, Math.floor(requests / targets.length / requestsPerBin)));
}

/** The least of 1, 2, 5, 10, 20, 50 … ms that is no shorter. */
function roundUpWidthMs(leastMs: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, leastMs)));
  return power * ([1, 2, 5].find((factor) => factor * power >= leastMs) ?? 10);
}

function countEnds(stages: readonly Placed[], binMs: number, bins: number) {
  const ok = new Array<number>(bins).fill(0);
  const failed = new Array<number>(bins).fill(0);
  const ttftsMs = Array.from({ length: bins }, (): number[] => []);
  for (const { spans, offsetMs } of stages)
    for (const [i, sample] of spans.samples.entries()) {
      const bin = Math.min(bins - 1, Math.floor((offsetMs + (spans.endMs[i] ?? 0)) / binMs));
      if (isFailure(sample.outcome)) failed[bin] = (failed[bin] ?? 0) + 1;
      if (sample.outcome !== 'ok') continue;
      ok[bin] = (ok[bin] ?? 0) + 1;
      const ttftMs = computeRequestMetric(sample, 'ttftMs');
      if (ttftMs !== null) ttftsMs[bin]?.push(ttftMs);
    }
  const medians = ttftsMs.map((values) => quantile(values, 0.5));
  return { ok, failed, ttftP50Ms: medians.map((value) => (value === null ? null : roundToMicroseconds(value))) };
}

/** Milliseconds to three decimals: the grain of the instants that they come from. */
export function roundToMicroseconds(valueMs: number): number {
  return Math.round(valueMs * 1_000) / 1_000;
}
