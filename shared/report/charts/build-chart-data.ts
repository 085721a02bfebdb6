import type { Sample } from '../../domain/sample.ts';
import { requestMetrics } from '../../metrics/request-metrics.ts';
import { quantileOfSorted } from '../../stats/quantile.ts';
import { buildTimeline } from './build-timeline.ts';
import { type ChartData, distributionMetrics, maxPoints, maxQuantiles } from './chart-data.ts';
import { roundToMicroseconds } from './round-to-microseconds.ts';
import { thinAperiodically } from './thin-aperiodically.ts';

/** The measured samples of one stage. */
export type ChartedStage = { stage: number; target: string; measured: readonly Sample[] };

/**
 * What the charts of a report need beyond its statistics: single requests, distributions, and the run over time. Its size
 * depends on the number of stages and targets, not on that of requests.
 * @param targets ids, in the order of the spec
 */
export function buildChartData(targets: readonly string[], stages: readonly ChartedStage[]): ChartData {
  const maxPerTarget = Math.floor(maxPoints / Math.max(1, targets.length));
  return {
    requests: targets.map((target) => ({
      target,
      ...pointsOf(
        stages.filter((stage) => stage.target === target),
        maxPerTarget,
      ),
    })),
    distributions: stages.flatMap(distributionsOf),
    timeline: buildTimeline(targets, stages),
  };
}

function pointsOf(stages: readonly ChartedStage[], limit: number): Pick<ChartData['requests'][number], 'n' | 'points'> {
  const ok = stages.flatMap(({ measured }) => measured.filter(isPoint).sort((a, b) => a.index - b.index));
  const points = thinAperiodically(ok, limit).map((sample) => {
    const { ttftMs, e2eLatencyMs } = requestMetrics(sample);
    return {
      inputTokens: sample.inputTokens ?? 0,
      outputTokens: sample.outputTokens ?? 0,
      ttftMs: roundToMicroseconds(ttftMs ?? 0),
      e2eLatencyMs: roundToMicroseconds(e2eLatencyMs ?? 0),
    };
  });
  return { n: ok.length, points };
}

function isPoint(sample: Sample): boolean {
  if (sample.outcome !== 'ok' || sample.inputTokens === null || sample.outputTokens === null) return false;
  const { ttftMs, e2eLatencyMs } = requestMetrics(sample);
  return ttftMs !== null && e2eLatencyMs !== null;
}

function distributionsOf({ stage, measured }: ChartedStage): ChartData['distributions'] {
  const columns = distributionMetrics.map((metric) => ({ metric, values: new Float64Array(measured.length), n: 0 }));
  for (const sample of measured) {
    if (sample.outcome !== 'ok') continue;
    const metrics = requestMetrics(sample);
    for (const column of columns) {
      const value = metrics[column.metric];
      if (value !== null) column.values[column.n++] = value;
    }
  }
  return columns
    .filter(({ n }) => n > 0)
    .map(({ metric, values, n }) => ({ stage, metric, n, quantiles: quantilesOf(values.subarray(0, n).sort()) }));
}

function quantilesOf(sorted: Float64Array): number[] {
  const length = Math.min(sorted.length, maxQuantiles);
  return Array.from({ length }, (_, k) =>
    roundToMicroseconds(quantileOfSorted(sorted, length === 1 ? 0 : k / (length - 1)) ?? 0),
  );
}
