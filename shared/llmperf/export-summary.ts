import { readNumber, recordedSeries } from '../metrics/read-recorded-metric.ts';
import type { StageReport } from '../report/model/report.ts';
import type { LlmperfRecord, LlmperfSummary } from '../sample/imported.ts';
import type { Target } from '../spec/target.ts';
import { summarizeValues } from '../stats/summarize.ts';
import type { Workload } from '../workload/workload.ts';
import { flattenFields, isNested, llmperfStatistics } from './read-summary-fields.ts';

const version = '2023-08-31';

export type SummaryInput = {
  stage: StageReport;
  target: Pick<Target, 'id' | 'model' | 'body'>;
  /** The run's workload. Null for an import, because its workload is unknown. */
  workload: Workload | null;
  /** Fields to add at the top level, like LLMPerf's `--metadata` option. */
  metadata: Record<string, string>;
  records: readonly LlmperfRecord[];
  endedAtMs: number | null;
};

type Sizes = { mean: number | null; stddev: number | null };

export function exportSummary(input: SummaryInput): LlmperfSummary {
  const { stage, target, workload, metadata, endedAtMs } = input;
  const sizes = workload === null ? null : { input: findSizes(input, 'input'), output: findSizes(input, 'output') };
  const sampling = flattenFields(target.body, 'additional_sampling_params_');
  return {
    version,
    name: `${formatName(target.model, sizes)}_summary`,
    model: target.model,
    ...(sizes && {
      mean_input_tokens: sizes.input.mean,
      stddev_input_tokens: sizes.input.stddev,
      mean_output_tokens: sizes.output.mean,
      stddev_output_tokens: sizes.output.stddev,
    }),
    ...(stage.load.concurrency === null ? {} : { num_concurrent_requests: stage.load.concurrency }),
    ...Object.fromEntries(sampling.filter(([, value]) => !isNested(value))),
    ...exportResults(input),
    framework: target.id,
    ...metadata,
    ...(endedAtMs === null ? {} : { timestamp: Math.floor(endedAtMs / 1_000) }),
  };
}

/** Builds the file name that LLMPerf would use for a run, without the extension. */
function formatName(model: string, sizes: { input: Sizes; output: Sizes } | null): string {
  const isKnown = sizes !== null && sizes.input.mean !== null && sizes.output.mean !== null;
  const suffix = isKnown ? `_${sizes.input.mean}_${sizes.output.mean}` : '';
  return `${model}${suffix}`.replaceAll(/[^A-Za-z0-9_-]+/g, '-').replaceAll(/-{2,}/g, '-');
}

function exportResults({ stage, records }: SummaryInput): LlmperfSummary {
  const good = records.filter((record) => (record['error_code'] ?? null) === null);
  const statistics = recordedSeries.flatMap(({ series }): [string, number | string | null][] => {
    const summary = summarizeValues(good.flatMap((record) => readNumber(record[series]) ?? []));
    return llmperfStatistics.map(([name, field]) => [
      `results_${series}_${field}`,
      // LLMPerf writes `min` and `max` of integers as strings.
      series.startsWith('number_') && (name === 'min' || name === 'max') && summary[name] !== null
        ? String(summary[name])
        : summary[name],
    ]);
  });
  const { completedRequestsPerMinute, outputTokensPerSecondTotal } = stage.windows.full;
  return {
    ...Object.fromEntries(statistics),
    results_num_requests_started: records.length,
    results_error_rate: records.length === 0 ? null : (records.length - good.length) / records.length,
    results_number_errors: records.length - good.length,
    results_error_code_frequency: exportFrequencies(records),
    results_mean_output_throughput_token_per_s: outputTokensPerSecondTotal.value,
    results_num_completed_requests: good.length,
    results_num_completed_requests_per_min: completedRequestsPerMinute.value,
  };
}

/** Formats the number of errors by code as a Python dictionary with float keys, most frequent code first. */
function exportFrequencies(records: readonly LlmperfRecord[]): string {
  const frequencies = new Map<string, number>();
  for (const { error_code: code = null } of records) {
    if (code === null) continue;
    const key =
      typeof code === 'number' && Number.isInteger(code) ? `${code}.0` : `'${String(code).replaceAll("'", ' ')}'`;
    frequencies.set(key, (frequencies.get(key) ?? 0) + 1);
  }
  const sorted = [...frequencies].sort(([, a], [, b]) => b - a);
  return `{${sorted.map(([code, times]) => `${code}: ${times}`).join(', ')}}`;
}

/** Returns the mean and standard deviation of token counts in the workload, or of measured counts if it has none. */
function findSizes({ stage, workload }: SummaryInput, side: 'input' | 'output'): Sizes {
  const field = `${side}Tokens` as const;
  const stated = workload !== null && 'inputTokens' in workload ? workload[field] : null;
  if (stated !== null && 'mean' in stated) return { mean: stated.mean, stddev: stated.stddev };
  if (stated !== null && 'value' in stated) return { mean: stated.value, stddev: 0 };
  const { mean, stddev } = stage.requests[field];
  return { mean: mean === null ? null : Math.round(mean), stddev: stddev === null ? null : Math.round(stddev) };
}
