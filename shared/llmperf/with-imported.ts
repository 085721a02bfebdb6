import { createMetricValue, type Statistics } from '../metrics/metric-value.ts';
import { recordedSeries } from '../metrics/read-recorded-metrics.ts';
import type { RequestStatistics } from '../metrics/request-statistics.ts';
import type { WindowMetrics } from '../metrics/windows/measure-window.ts';
import type { StageReport } from '../report/model/report.ts';
import type { ImportedStage } from '../sample/imported.ts';
import { importedWarnings } from './imported-warnings.ts';
import { llmperfStatistics, type SummaryFigures, summaryFigures } from './summary-figures.ts';

const notRecorded = 'LLMPerf does not record it';
const noInstants = 'LLMPerf records no instants';

/** A stage as it is told of when it was not measured here: what only LLMPerf's summary knows is taken from there. */
export function withImported(report: StageReport, imported: ImportedStage): StageReport {
  const figures = summaryFigures(imported.summary ?? {});
  return {
    ...report,
    load: { ...report.load, concurrency: imported.concurrency },
    windows: { full: recordedWindow(figures, report.counts.ok), steady: noWindow() },
    requests:
      imported.recordsSha256 === null
        ? recordedStatistics(figures, report.counts.ok, report.requests)
        : explainMissing(report.requests),
    warnings: [...report.warnings, ...importedWarnings(report, imported)],
  };
}

function noWindow(): WindowMetrics {
  const none = createMetricValue(null, 0, noInstants);
  return {
    from: null,
    durationMs: null,
    reason: noInstants,
    completedRequestsPerMinute: none,
    outputTokensPerSecondTotal: none,
    totalTokensPerSecondTotal: none,
    achievedConcurrency: none,
    achievedRequestsPerSecond: none,
    goodRequestsPerSecond: none,
  };
}

function recordedWindow(figures: SummaryFigures, ok: number): WindowMetrics {
  const read = (field: string) => createMetricValue(figures.number(`results_${field}`), ok, 'no summary says it');
  return {
    ...noWindow(),
    completedRequestsPerMinute: read('num_completed_requests_per_min'),
    outputTokensPerSecondTotal: read('mean_output_throughput_token_per_s'),
  };
}

/** Of a stage of which only the summary came: the statistics that it has, without intervals. */
function recordedStatistics(figures: SummaryFigures, n: number, none: RequestStatistics): RequestStatistics {
  const statistics = { ...explainMissing(none) };
  if (n === 0) return statistics;
  for (const { series, metric, scale } of recordedSeries) {
    const values = llmperfStatistics.map(([name, field]) => {
      const value = figures.number(`results_${series}_${field}`);
      return [name, value === null ? null : value * scale] as const;
    });
    const isComplete = values.every(([, value]) => value !== null);
    // `fromEntries` forgets the names; every one of them is given.
    const summary = Object.fromEntries(values) as Omit<Statistics, 'n' | 'reason' | 'intervals' | 'quantileError'>;
    const reason = n === 1 ? 'one value has no standard deviation' : 'the summary does not have it';
    statistics[metric] = { n, ...summary, reason: isComplete ? null : reason, intervals: null, quantileError: null };
  }
  return statistics;
}

/** What is missing of an import is missing because LLMPerf does not record it, unless no request is ok. */
export function explainMissing(statistics: RequestStatistics): RequestStatistics {
  const explained = { ...statistics };
  for (const [metric, own] of Object.entries(statistics) as [keyof RequestStatistics, Statistics][]) // its own keys
    if (own.n === 0 && own.reason !== 'no request is ok') explained[metric] = { ...own, reason: notRecorded };
  return explained;
}
