import { findOpenSpans, type OpenSpans } from '../../../metrics/find-open-spans.ts';
import { computeRequestMetric, listMetricValues } from '../../../metrics/request-metrics.ts';
import { formatInstant } from '../../../records/format-instant.ts';
import { isFailure } from '../../../sample/outcome.ts';
import type { Sample } from '../../../sample/sample.ts';
import { quantile, sortAscending, sortedQuantile } from '../../../stats/quantile.ts';
import {
  type ChartData,
  distributionMetrics,
  maxBins,
  maxPoints,
  maxQuantiles,
  type Timeline,
  type TimelineBin,
} from '../../model/chart-data.ts';

export type ChartedStage = { stageIndex: number; targetId: string; measured: readonly Sample[] };

/**
 * Builds the data for a report's charts: individual requests, distributions, and the run's timeline. The size depends
 * on the number of stages and targets, but not on the number of requests.
 * @param targets ids, in the order of the spec
 */
export function buildChartData(targets: readonly string[], stages: readonly ChartedStage[]): ChartData {
  const maxPerTarget = Math.floor(maxPoints / Math.max(1, targets.length));
  return {
    requests: targets.map((targetId) => {
      const own = stages.filter((stage) => stage.targetId === targetId);
      return { targetId, ...listPoints(own, maxPerTarget) };
    }),
    distributions: stages.flatMap(summarizeDistributions),
    timeline: buildTimeline(targets, stages),
  };
}

function listPoints(stages: readonly ChartedStage[], limit: number) {
  const ok = stages.flatMap(({ measured }) => measured.filter(isPoint).sort((a, b) => a.requestIndex - b.requestIndex));
  const points = thinAperiodically(ok, limit).map((sample) => ({
    inputTokens: sample.inputTokens ?? 0,
    outputTokens: sample.outputTokens ?? 0,
    ttftMs: roundToMicroseconds(computeRequestMetric(sample, 'ttftMs') ?? 0),
    e2eLatencyMs: roundToMicroseconds(computeRequestMetric(sample, 'e2eLatencyMs') ?? 0),
  }));
  return { n: ok.length, points };
}

function isPoint(sample: Sample): boolean {
  if (sample.outcome !== 'ok' || sample.disturbed) return false;
  if (sample.inputTokens === null || sample.outputTokens === null) return false;
  return computeRequestMetric(sample, 'ttftMs') !== null && computeRequestMetric(sample, 'e2eLatencyMs') !== null;
}

function summarizeDistributions({ stageIndex, measured }: ChartedStage): ChartData['distributions'] {
  const ok = measured.filter(({ outcome, disturbed }) => outcome === 'ok' && !disturbed);
  return distributionMetrics.flatMap((metric) => {
    const sorted = sortAscending(listMetricValues(ok, metric));
    return sorted.length === 0 ? [] : [{ stageIndex, metric, n: sorted.length, quantiles: listQuantiles(sorted) }];
  });
}

function listQuantiles(sorted: Float64Array): number[] {
  const length = Math.min(sorted.length, maxQuantiles);
  return Array.from({ length }, (_, k) =>
    roundToMicroseconds(sortedQuantile(sorted, length === 1 ? 0 : k / (length - 1)) ?? 0),
  );
}

const goldenRatio = (Math.sqrt(5) - 1) / 2;

/**
 * Returns at most `limit` values, in their order and evenly spread. Equal inputs give equal results. Chooses by the
 * fractional part of (position · golden ratio), so that the choice cannot match a period in the values.
 */
export function thinAperiodically<T>(values: readonly T[], limit: number): T[] {
  if (values.length <= limit) return [...values];
  const fractions = new Float64Array(values.length);
  for (let position = 0; position < fractions.length; position++) fractions[position] = (position * goldenRatio) % 1;
  const largest = sortAscending(fractions.slice())[limit - 1] ?? 0;
  return values.filter((_, position) => (fractions[position] ?? 1) <= largest).slice(0, limit);
}

const requestsPerBin = 8;
const minBins = 12;

/** When the requests of a stage were open, and the offset in ms from the start of the run to that of the stage. */
type Placed = { targetId: string; spans: OpenSpans; offsetMs: number };

/**
 * Counts the requests that ended in each of about 12 to 120 time bins, from the first request to the last response.
 * Aligns stages by the wall clock, because each stage has its own monotonic clock. Null if no timestamp is known.
 */
function buildTimeline(targets: readonly string[], stages: readonly ChartedStage[]): Timeline | null {
  const known = stages.flatMap(({ targetId, measured }) => {
    const spans = findOpenSpans(measured);
    return spans.originWallMs === null ? [] : [{ targetId, spans, originWallMs: spans.originWallMs }];
  });
  if (known.length === 0) return null;
  const fromWallMs = Math.min(...known.map(({ spans, originWallMs }) => originWallMs + findLeast(spans.beginMs)));
  const placed = known.map(({ originWallMs, ...stage }) => ({ ...stage, offsetMs: originWallMs - fromWallMs }));
  const lengthMs = Math.max(...placed.map(findLastEndMs));
  const binMs = roundUpWidthMs(lengthMs / countBins(targets, stages));
  const bins = Math.min(maxBins, Math.max(1, Math.ceil(lengthMs / binMs)));
  return {
    from: formatInstant(fromWallMs),
    binMs,
    targets: targets.map((targetId) => {
      const own = placed.filter((stage) => stage.targetId === targetId);
      return { targetId, bins: countEnds(own, binMs, bins) };
    }),
  };
}

function findLeast(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

function findLastEndMs({ spans, offsetMs }: Placed): number {
  return offsetMs + spans.endMs.reduce((last, endMs) => Math.max(last, endMs), 0);
}

/** Chooses the number of time bins. Fewer requests get fewer bins, so that the rate in each bin is meaningful. */
function countBins(targets: readonly string[], stages: readonly ChartedStage[]): number {
  const requests = stages.reduce((sum, { measured }) => sum + measured.length, 0);
  return Math.min(maxBins, Math.max(minBins, Math.floor(requests / targets.length / requestsPerBin)));
}

/** Rounds a width in ms up to the next of 1, 2, 5, 10, 20, 50 and so on. */
function roundUpWidthMs(leastMs: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, leastMs)));
  return power * ([1, 2, 5].find((factor) => factor * power >= leastMs) ?? 10);
}

function countEnds(stages: readonly Placed[], binMs: number, bins: number): TimelineBin[] {
  const counted = Array.from({ length: bins }, () => ({ ok: 0, failed: 0, ttftsMs: [] as number[] }));
  for (const { spans, offsetMs } of stages)
    for (const [i, sample] of spans.samples.entries()) {
      const bin = counted[Math.min(bins - 1, Math.floor((offsetMs + (spans.endMs[i] ?? 0)) / binMs))];
      if (bin === undefined) continue;
      if (isFailure(sample.outcome)) bin.failed += 1;
      if (sample.outcome !== 'ok') continue;
      bin.ok += 1;
      const ttftMs = computeRequestMetric(sample, 'ttftMs');
      if (ttftMs !== null && !sample.disturbed) bin.ttftsMs.push(ttftMs);
    }
  return counted.map(({ ok, failed, ttftsMs }) => {
    const medianMs = quantile(ttftsMs, 0.5);
    return { ok, failed, ttftP50Ms: medianMs === null ? null : roundToMicroseconds(medianMs) };
  });
}

function roundToMicroseconds(valueMs: number): number {
  return Math.round(valueMs * 1_000) / 1_000;
}
