import { createMetricValue, type Statistics } from '../metrics/metric-value.ts';
import { recordedSeries } from '../metrics/read-recorded-metric.ts';
import type { RequestStatistics } from '../metrics/request-statistics.ts';
import type { WindowMetrics } from '../metrics/windows/measure-windows.ts';
import { measuredOrigin, type ReportOrigin } from '../report/build/report-origin.ts';
import type { StageReport } from '../report/model/report.ts';
import { type Imported, type ImportedStage, unknownBaseUrl } from '../sample/imported.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import { describeMisfit, describeOddSpeed, listImportedNotes, listImportedWarnings } from './describe-import.ts';
import { importedDefinitions } from './imported-definitions.ts';
import { llmperfStatistics, readSummaryFields, type SummaryFields } from './read-summary-fields.ts';

/** Returns the origin of a run's samples: imported LLMPerf files, or requests that this service sent. */
export function chooseOrigin({ imported }: Pick<RunSpec, 'imported'>): ReportOrigin {
  return imported === undefined ? measuredOrigin : createImportedOrigin(imported);
}

/** Creates the origin of an imported run. Its report omits the run's spec, which exists only to satisfy the schema. */
function createImportedOrigin(imported: Imported): ReportOrigin {
  const isFork = imported.stages.some(({ notes }) => notes !== undefined);
  const unknown = { seed: null, order: null, workload: null, load: null, limits: null };
  return {
    definitions: importedDefinitions,
    describeRun: () => ({ source: 'imported', ...unknown, workloadNotes: listImportedNotes(imported) }),
    describeConnection: ({ baseUrl }) => ({
      protocol: null,
      baseUrl: baseUrl === unknownBaseUrl ? null : baseUrl,
      connection: null,
    }),
    findPrompts: () => null,
    estimateService: () => null,
    formulaNote:
      'LLMPerf measured one of the two runs with its own formulas: its times start before the connection is open, its latency ends with the response, and its output tokens include the BOS token. This can explain part of each difference. See docs/llmperf.md for both sets of formulas.',
    completeStage: (report) => {
      const stage = imported.stages[report.stageIndex];
      return stage === undefined ? report : addRecordedValues(report, stage);
    },
    explainMissing,
    listMeasuringReasons: (report) => {
      const stage = imported.stages[report.stageIndex];
      const misfit = stage === undefined ? null : describeMisfit(report, stage);
      return [
        'the measurement error is unknown, because LLMPerf does not record it.',
        ...(misfit === null ? [] : [misfit]),
      ];
    },
    // The notes of a fork describe its formula.
    describeOddSpeed: isFork ? () => null : describeOddSpeed,
  };
}

const notRecorded = 'LLMPerf does not record it';
const notInFiles = 'the imported files do not contain it';
const noTimestamps = 'LLMPerf does not record timestamps';

/** Adds the values from LLMPerf's summary that cannot be computed from the stage's samples. */
function addRecordedValues(report: StageReport, imported: ImportedStage): StageReport {
  const fields = readSummaryFields(imported.summary ?? {});
  return {
    ...report,
    load: { ...report.load, concurrency: imported.concurrency },
    windows: { full: readRecordedWindow(fields, report.counts.ok), steady: createMissingWindow() },
    requests:
      imported.recordsSha256 === null
        ? readRecordedStatistics(fields, report.counts.ok, report.requests)
        : explainMissing(report.requests),
    warnings: [...report.warnings, ...listImportedWarnings(report, imported)],
  };
}

function createMissingWindow(): WindowMetrics {
  const none = createMetricValue(null, 0, noTimestamps);
  return {
    from: null,
    durationMs: null,
    excludedMs: 0,
    reason: noTimestamps,
    completedRequestsPerMinute: none,
    outputTokensPerSecondTotal: none,
    totalTokensPerSecondTotal: none,
    achievedConcurrency: none,
    achievedRequestsPerSecond: none,
    goodRequestsPerSecond: none,
  };
}

function readRecordedWindow(fields: SummaryFields, ok: number): WindowMetrics {
  const read = (field: string) =>
    createMetricValue(fields.number(`results_${field}`), ok, 'the import has no summary with this value');
  return {
    ...createMissingWindow(),
    completedRequestsPerMinute: read('num_completed_requests_per_min'),
    outputTokensPerSecondTotal: read('mean_output_throughput_token_per_s'),
  };
}

function readRecordedStatistics(fields: SummaryFields, n: number, none: RequestStatistics): RequestStatistics {
  const statistics = { ...explainMissing(none) };
  if (n === 0) return statistics;
  for (const { series, metric, scale } of recordedSeries) {
    const values = llmperfStatistics.map(([name, field]) => {
      const value = fields.number(`results_${series}_${field}`);
      return [name, value === null ? null : value * scale] as const;
    });
    const isComplete = values.every(([, value]) => value !== null);
    // `Object.fromEntries` does not preserve the property names in the type.
    const summary = Object.fromEntries(values) as Omit<Statistics, 'n' | 'reason' | 'intervals' | 'quantileError'>;
    const reason = n === 1 ? 'one value has no standard deviation' : 'the summary does not contain it';
    statistics[metric] = { n, ...summary, reason: isComplete ? null : reason, intervals: null, quantileError: null };
  }
  return statistics;
}

/**
 * Explains statistics without values: LLMPerf does not record the metric, or the files do not contain it. If no
 * request succeeded, the reason stays.
 */
function explainMissing(statistics: RequestStatistics): RequestStatistics {
  const explained = { ...statistics };
  // `Object.entries` returns string keys, but `statistics` has only the keys of its type.
  for (const [metric, own] of Object.entries(statistics) as [keyof RequestStatistics, Statistics][])
    if (own.n === 0 && own.reason !== 'no request succeeded') {
      const isRecorded = recordedSeries.some((series) => series.metric === metric);
      explained[metric] = { ...own, reason: isRecorded ? notInFiles : notRecorded };
    }
  return explained;
}
