import { Matrix, SingularValueDecomposition, solve } from 'ml-matrix';
import { oddButGood } from '../config/provider-config.ts';
import type { ProviderLogLine } from './request-log.ts';

export type ProviderSummary = {
  /** Number of complete answers. */
  n: number;
  /** Median time in ms from reading the request's last byte to sending the first token. */
  ttftMs: number | null;
  /** Median time in ms from reading the request's last byte to sending the last token. */
  e2eLatencyMs: number | null;
  /** Least-squares slopes of the end-to-end latency per input and output token; null if the data is insufficient. */
  regression: { perInputTokenMs: number; perOutputTokenMs: number } | null;
};

/** Summarizes a model's complete answers in a provider's log. Skips the first `skipFirst` answers (warm-up). */
export function summarizeProviderLog(
  lines: readonly ProviderLogLine[],
  model: string,
  options: { skipFirst?: number } = {},
): ProviderSummary {
  const points = lines
    .filter((line) => line.model === model && isComplete(line))
    .toSorted((a, b) => a.receivedAtMs - b.receivedAtMs)
    .slice(options.skipFirst ?? 0)
    .flatMap(({ tokens, receivedAtMs, inputTokens, outputTokens }) => {
      const [first, last] = [tokens[0], tokens.at(-1)];
      if (first === undefined || last === undefined) return [];
      return { inputTokens, outputTokens, ttftMs: first[0] - receivedAtMs, e2eMs: last[0] - receivedAtMs };
    });
  return {
    n: points.length,
    ttftMs: computeMedian(points.map(({ ttftMs }) => ttftMs)),
    e2eLatencyMs: computeMedian(points.map(({ e2eMs }) => e2eMs)),
    regression: regress(points),
  };
}

function isComplete(line: ProviderLogLine): boolean {
  const good = line.fault === null || oddButGood.has(line.fault);
  return good && line.status === 200 && line.finishReason !== null && !line.abandoned;
}

function computeMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function computeMedian(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [lower, upper] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return lower === undefined || upper === undefined ? null : (lower + upper) / 2;
}

type Point = { inputTokens: number; outputTokens: number; e2eMs: number };

function regress(points: readonly Point[]): ProviderSummary['regression'] {
  if (points.length < 3) return null;
  // Centered counts are orthogonal to the intercept, so the rank of the fit depends only on the counts.
  const inMean = computeMean(points.map((point) => point.inputTokens));
  const outMean = computeMean(points.map((point) => point.outputTokens));
  const counts = new Matrix(points.map((point) => [point.inputTokens - inMean, point.outputTokens - outMean]));
  if (new SingularValueDecomposition(counts).rank < 2) return null;
  const e2eMean = computeMean(points.map((point) => point.e2eMs));
  const slopes = solve(counts, Matrix.columnVector(points.map((point) => point.e2eMs - e2eMean)));
  return { perInputTokenMs: slopes.get(0, 0), perOutputTokenMs: slopes.get(1, 0) };
}
