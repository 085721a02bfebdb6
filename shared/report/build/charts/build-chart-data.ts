import { computeRequestMetric, listMetricValues } from '../../../metrics/request-metrics.ts';
import type { Sample } from '../../../sample/sample.ts';
import { sortedQuantile } from '../../../stats/quantile.ts';
import { sortAscending } from '../../../stats/sort-ascending.ts';
import { type ChartData, distributionMetrics, maxPoints, maxQuantiles } from '../../model/chart-data.ts';
import { buildTimeline } from './build-timeline.ts';
import { type ChartedStage, roundToMicroseconds } from './charted-stage.ts';
import { thinAperiodically } from './thin-aperiodically.ts';

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
      ...pointsOf(
        stages.filter((stage) => stage.targetId === targetId),
        maxPerTarget,
      ),
    })),
    distributions: stages.flatMap(distributionsOf),
    timeline: buildTimeline(targets, stages),
  };
}

function pointsOf(stages: readonly ChartedStage[], limit: number): Pick<ChartData['requests'][number], 'n' | 'points'> {
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

function distributionsOf({ stageIndex, measured }: ChartedStage): ChartData['distributions'] {
  const ok = measured.filter(({ outcome }) => outcome === 'ok');
  return distributionMetrics.flatMap((metric) => {
    const sorted = sortAscending(listMetricValues(ok, metric));
    return sorted.length === 0 ? [] : [{ stageIndex, metric, n: sorted.length, quantiles: quantilesOf(sorted) }];
  });
}

function quantilesOf(sorted: Float64Array): number[] {
  const length = Math.min(sorted.length, maxQuantiles);
  return Array.from({ length }, (_, k) =>
    roundToMicroseconds(sortedQuantile(sorted, length === 1 ? 0 : k / (length - 1)) ?? 0),
  );
}
