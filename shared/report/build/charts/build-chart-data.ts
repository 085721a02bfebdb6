import { computeRequestMetric, listMetricValues } from '../../../metrics/request-metrics.ts';
import type { Sample } from '../../../sample/sample.ts';
import { sortAscending, sortedQuantile } from '../../../stats/quantile.ts';
import { type ChartData, distributionMetrics, maxPoints, maxQuantiles } from '../../model/chart-data.ts';
import { buildTimeline, type ChartedStage, roundToMicroseconds } from './build-timeline.ts';

/**
 * What the charts of a report need beyond its statistics: single requests, distributions, and the run over time. Its size
 * depends on the number of stages and targets, not on that of requests.
 * @param targets ids, in the order of the spec
 */
export function buildChartData(targets: readonly string[], stages: readonly ChartedStage[]): ChartData {
  const maxPerTarget = Math.floor(maxPoints / Math.max(1, targets.length));
  return {
    requests: targets.map((targetId) => ({
      targetId,
      ...listPoints(
        stages.filter((stage) => stage.targetId === targetId),
        maxPerTarget,
      ),
    })),
    distributions: stages.flatMap(summarizeDistributions),
    timeline: buildTimeline(targets, stages),
  };
}

function listPoints(
  stages: readonly ChartedStage[],
  limit: number,
): Pick<ChartData['requests'][number], 'n' | 'points'> {
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
  if (sample.outcome !== 'ok' || sample.inputTokens === null || sample.outputTokens === null) return false;
  return computeRequestMetric(sample, 'ttftMs') !== null && computeRequestMetric(sample, 'e2eLatencyMs') !== null;
}

function summarizeDistributions({ stageIndex, measured }: ChartedStage): ChartData['distributions'] {
  const ok = measured.filter(({ outcome }) => outcome === 'ok');
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
 * At most `limit` of the values, in their order, spread evenly over them and always the same ones. They are those whose
 * position times the golden ratio has the smallest fractions, so that no period of the values (turns of a conversation,
 * sizes in rotation) can fall in step with the choice.
 */
export function thinAperiodically<T>(values: readonly T[], limit: number): T[] {
  if (values.length <= limit) return [...values];
  const fractions = new Float64Array(values.length);
  for (let position = 0; position < fractions.length; position++) fractions[position] = (position * goldenRatio) % 1;
  const largest = sortAscending(fractions.slice())[limit - 1] ?? 0;
  return values.filter((_, position) => (fractions[position] ?? 1) <= largest).slice(0, limit);
}
