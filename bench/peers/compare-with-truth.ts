import { sortedQuantile } from '../../shared/stats/quantile.ts';
import type { LoggedRequest, Window } from './reference/reference-log.ts';
import type { Tool, ToolRecord, ToolResult } from './tool.ts';
import type { Comparison, ErrorSummary } from './tool-run.ts';

/**
 * Compares each record with the server's log of the same request. True values: first token's write − receipt; (last − first
 * write) / (N − 1); write of the last token or of the end − receipt. Loopback time counts as error for all tools.
 * @throws Error if a record has no logged request, or there are no records
 */
export function compareWithTruth(
  { e2eEndsAt, rateSpan }: Pick<Tool, 'e2eEndsAt' | 'rateSpan'>,
  result: ToolResult,
  log: readonly LoggedRequest[],
): Comparison {
  const pairs = matchRecords(result.records, log);
  const truths = pairs.map(({ line }) => line);
  const errors = (reported: (record: ToolRecord) => number | null, truth: (line: LoggedRequest) => number | null) =>
    summarizeErrors(
      pairs.flatMap(({ record, line }) => {
        const [value, trueValue] = [reported(record), truth(line)];
        return value === null || trueValue === null ? [] : [Math.abs(value - trueValue)];
      }),
    );
  const rateOver = ({ startAtMs, endAtMs }: Window) => (truths.length * 1_000) / (endAtMs - startAtMs);
  return {
    matched: pairs.length,
    ttft: errors((record) => record.ttftMs, computeTtftMs),
    tpot: errors((record) => record.tpotMs, computeTpotMs),
    e2e: errors(
      (record) => record.e2eMs,
      (line) => computeE2eMs(line, e2eEndsAt),
    ),
    reportedRate: result.requestsPerSecond,
    trueRateOfItsSpan: rateOver(findSpan(truths, rateSpan)),
    trueRate: rateOver(findWindow(truths)),
  };
}

/** Returns the window from the first receipt to the last token. */
export function findWindow(log: readonly LoggedRequest[]): Window {
  return findSpan(log, { from: 'first start', to: 'last end' });
}

function findSpan(log: readonly LoggedRequest[], { from, to }: Tool['rateSpan']): Window {
  const starts = log.map(({ receivedAtMs }) => receivedAtMs);
  const ends = log.flatMap(({ tokensSentAtMs }) => tokensSentAtMs.at(-1) ?? []);
  return {
    startAtMs: Math.min(...(from === 'first start' ? starts : ends)),
    endAtMs: Math.max(...(to === 'last end' ? ends : starts)),
  };
}

function matchRecords(
  records: readonly ToolRecord[],
  log: readonly LoggedRequest[],
): { record: ToolRecord; line: LoggedRequest }[] {
  if (records.length === 0) throw new Error('The tool did not report any request.');
  const bySequence = new Map(log.map((line) => [line.sequence, line]));
  const byRequestId = new Map(log.map((line) => [line.requestId, line]));
  const byPrompt = new Map(log.map((line) => [line.promptNumber, line]));
  return records.map((record) => {
    const { sequence, requestId, promptNumber } = record;
    const line =
      sequence !== null
        ? bySequence.get(sequence)
        : requestId !== null
          ? byRequestId.get(requestId)
          : byPrompt.get(promptNumber ?? -1);
    if (line === undefined) throw new Error(`The server did not log this request: ${JSON.stringify(record)}`);
    return { record, line };
  });
}

function computeTtftMs({ receivedAtMs, tokensSentAtMs: [first] }: LoggedRequest): number | null {
  return first === undefined ? null : first - receivedAtMs;
}

function computeTpotMs({ tokensSentAtMs }: LoggedRequest): number | null {
  const [first, last] = [tokensSentAtMs[0], tokensSentAtMs.at(-1)];
  if (first === undefined || last === undefined || tokensSentAtMs.length < 2) return null;
  return (last - first) / (tokensSentAtMs.length - 1);
}

function computeE2eMs(line: LoggedRequest, endsAt: Tool['e2eEndsAt']): number | null {
  const end = endsAt === 'last token' ? (line.tokensSentAtMs.at(-1) ?? null) : line.endSentAtMs;
  return end === null ? null : end - line.receivedAtMs;
}

function summarizeErrors(errors: readonly number[]): ErrorSummary | null {
  const sorted = errors.toSorted((a, b) => a - b);
  const [p50, p99, max] = [sortedQuantile(sorted, 0.5), sortedQuantile(sorted, 0.99), sorted.at(-1)];
  if (p50 === null || p99 === null || max === undefined) return null;
  return { n: sorted.length, p50, p99, max };
}
