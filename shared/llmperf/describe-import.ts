import { recordedSeries } from '../metrics/read-recorded-metric.ts';
import type { RequestStatistics } from '../metrics/request-statistics.ts';
import type { StageReport } from '../report/model/report.ts';
import type { Imported, ImportedStage } from '../sample/imported.ts';
import { countSummaryRequests, llmperfStatistics, readSummaryFields } from './read-summary-fields.ts';

/** Returns sentences that describe the imported requests. Reports show them instead of a workload description. */
export function listImportedNotes({ stages }: Imported): string[] {
  const sizes = new Set(
    stages.flatMap(({ summary }) => {
      const fields = readSummaryFields(summary ?? {});
      const size = (side: 'input' | 'output') => {
        const [mean, stddev] = [fields.number(`mean_${side}_tokens`), fields.number(`stddev_${side}_tokens`)];
        return mean === null ? null : `${mean}${stddev === null ? '' : ` ± ${stddev}`} ${side}`;
      };
      const [input, output] = [size('input'), size('output')];
      return input === null || output === null ? [] : [`${input} and ${output} tokens`];
    }),
  );
  const isFork = stages.some(({ notes = [] }) => notes.length > 0);
  return [
    `Measured by ${isFork ? 'a fork of LLMPerf' : 'LLMPerf'}${sizes.size === 0 ? '' : ` with ${[...sizes].join('; ')}`} and imported from its files.`,
    isFork
      ? 'The formulas are those of the fork, which can differ from those of LLMPerf.'
      : 'LLMPerf has its own formulas. Times include the connection and the end of the response, ITL includes the TTFT, output tokens include a BOS token, and input tokens are the requested number.',
  ];
}

/** Returns warnings about results that LLMPerf measured. Each warning is a sentence. */
export function listImportedWarnings({ requests }: StageReport, imported: ImportedStage): string[] {
  const { min } = requests.ttftMs;
  const warnings: [isShown: boolean, text: string | null][] = [
    [
      imported.version === 'v1',
      'LLMPerf v1 (2023) measured in rounds and by the wall clock. Its TTFT ends at the first delta, even an empty one. ITL and throughput are the time to the end of the response divided by the output tokens, and the inverse.',
    ],
    [
      imported.recordsSha256 === null,
      'Only the summary was imported, so statistics are those of LLMPerf, without intervals or tests.',
    ],
    [
      imported.summary === null,
      'Only the individual responses were imported, so concurrency and throughput are unknown.',
    ],
    [
      min !== null && min < 0,
      'Some TTFTs are below 0: LLMPerf records −1 for clients that do not stream, and includes it in its statistics.',
    ],
    [min === 0, 'Some TTFTs are 0: LLMPerf records 0 if it received no token.'],
    [imported.notes === undefined, describeOddSpeed(requests)],
    [true, describeLongTimes(requests)],
    [true, describeImpossibleTimes(requests)],
  ];
  return [
    ...(imported.notes ?? []),
    ...warnings.flatMap(([isShown, text]) => (isShown && text !== null ? [text] : [])),
  ];
}

/** A median time of this many ms is more likely a number of ms under a name that states seconds. */
const leastLongMs = 1_000_000;

/** Returns a warning if the median latency or TTFT is too long for a request, or null. */
function describeLongTimes({ e2eLatencyMs, ttftMs }: RequestStatistics): string | null {
  const ms = Math.max(e2eLatencyMs.p50 ?? e2eLatencyMs.mean ?? 0, ttftMs.p50 ?? ttftMs.mean ?? 0);
  if (ms < leastLongMs) return null;
  return `The times of these files are up to ${Math.round(ms / 1_000)} s in the median, which suggests milliseconds under a name that states seconds. If so, import the files as a JSON body with "timeUnit": "ms", or correct the names of the fields.`;
}

/** Returns a warning if times contradict each other, or null. */
function describeImpossibleTimes({ e2eLatencyMs, ttftMs }: RequestStatistics): string | null {
  if ((e2eLatencyMs.min ?? 0) < 0) return 'Some latencies are below 0, so the files contain wrong times.';
  const [ttft, latency] = [ttftMs, e2eLatencyMs].map(({ p50, mean }) => p50 ?? mean);
  if (ttft == null || latency == null || ttft <= latency) return null;
  return `The median TTFT of ${formatSeconds(ttft)} is above the median latency of ${formatSeconds(latency)}, so the two fields probably have different units. Add the unit to the name of each field, such as ttft_ms and latency_s.`;
}

function formatSeconds(ms: number): string {
  return `${Number((ms / 1_000).toPrecision(3))} s`;
}

/** Relative tolerance, because the median speed is not exactly the median token count divided by the median latency. */
const speedTolerance = 0.2;

/**
 * Returns a warning if the output speed is not output tokens / latency (until April 2024, LLMPerf recorded chunks /
 * latency). Returns null if the speed is correct or a value is missing.
 */
export function describeOddSpeed(requests: RequestStatistics): string | null {
  const [speed, latencyMs, tokens] = [requests.outputTokensPerSecond, requests.e2eLatencyMs, requests.outputTokens].map(
    ({ p50 }) => p50,
  );
  if (speed == null || latencyMs == null || tokens == null || tokens === 0) return null;
  const share = (speed * latencyMs) / 1_000 / tokens;
  if (Math.abs(share - 1) <= speedTolerance) return null;
  return `The output speed of requests is ${share.toFixed(2)} times output tokens / latency, because LLMPerf counted chunks until April 2024. Do not compare it with other runs.`;
}

/** Relative tolerance between two files, because LLMPerf may add the same numbers in a different order for each. */
const misfitTolerance = 1e-9;
/** Tolerance in seconds for the mean TTFT, because LLMPerf v1 rounds this mean to 1 ms. */
const roundingS = 0.000_501;

/**
 * Describes how a summary differs from its individual responses, for example because a later LLMPerf run overwrote one
 * file. Returns null if they match or a file is missing.
 */
export function describeMisfit({ counts, requests }: StageReport, imported: ImportedStage): string | null {
  const { summary, recordsSha256, version } = imported;
  if (summary === null || recordsSha256 === null) return null;
  const fields = readSummaryFields(summary);
  const pairs = recordedSeries.flatMap(({ series, metric, scale }) =>
    llmperfStatistics.map(([name, field]): [string, number | null, number | null] => {
      const value = requests[metric][name];
      return [`${series} ${name}`, fields.number(`results_${series}_${field}`), value === null ? null : value / scale];
    }),
  );
  const counted = countSummaryRequests(fields);
  pairs.push(
    ['the number of requests', counted?.requests ?? null, counts.issued],
    ['the number of errors', counted?.errors ?? null, counts.failed],
  );
  const rounded = version === 'v1' ? 'ttft_s mean' : null;
  const misfits = pairs.filter(([what, theirs, ours]) => {
    if (theirs === null || ours === null) return false;
    return what === rounded ? Math.abs(theirs - ours) > roundingS : isDifferent(theirs, ours);
  });
  const [first] = misfits;
  if (first === undefined) return null;
  const [what, theirs, ours] = first;
  const more = misfits.length === 1 ? '' : `; ${misfits.length - 1} other values also differ`;
  return `the summary does not match the individual responses: ${what} is ${theirs} in the summary, but ${ours} in the responses${more}.`;
}

function isDifferent(a: number, b: number): boolean {
  // If all values are equal, one file can have a standard deviation of 0, and the other file a rounding error.
  return Math.abs(a - b) > misfitTolerance * Math.max(Math.abs(a), Math.abs(b)) && Math.abs(a - b) > 1e-12;
}
