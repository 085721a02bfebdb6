import { Matrix, SingularValueDecomposition, solve } from 'ml-matrix';
import { oddButGood } from '../config/provider-config.ts';
import type { ProviderLogLine } from './request-log.ts';

export type ProviderSummary = {
  /** Number of complete answers. */
  n: number;
  /** Time in ms from reading the request's last byte to sending the first token. */
  ttftMs: { median: number; mean: number } | null;
  /** Time in ms from reading the request's last byte to sending the last token. */
  e2eLatencyMs: { median: number; mean: number } | null;
  /** Least-squares fit of the end-to-end latency to both token counts; null if the counts do not determine the fit. */
  regression: { interceptMs: number; perInputTokenMs: number; perOutputTokenMs: number } | null;
  outputTokens: { mean: number } | null;
  /** Largest delay in ms of a write after its scheduled time. */
  lateMaxMs: number | null;
};

/** Summarizes a model's complete answers in a provider's log. Skips the first `skipFirst` answers (warm-up). */
export function summarizeProviderLog(
  lines: readonly ProviderLogLine[],
  model: string,
  options: { skipFirst?: number } = {},
): ProviderSummary {
  const requests = lines
    .filter((line) => line.model === model && isComplete(line))
    .toSorted((a, b) => a.receivedAtMs - b.receivedAtMs)
    .slice(options.skipFirst ?? 0)
    .flatMap((line) => {
      const [first, last] = [line.tokens[0], line.tokens.at(-1)];
      if (first === undefined || last === undefined) return [];
      return { line, ttftMs: first[0] - line.receivedAtMs, e2eMs: last[0] - line.receivedAtMs };
    });
  return {
    n: requests.length,
    ttftMs: computeCenter(requests.map((request) => request.ttftMs)),
    e2eLatencyMs: computeCenter(requests.map((request) => request.e2eMs)),
    regression: regress(
      requests.map(({ line, e2eMs }) => ({ inputTokens: line.inputTokens, outputTokens: line.outputTokens, e2eMs })),
    ),
    outputTokens: requests.length === 0 ? null : { mean: computeMean(requests.map(({ line }) => line.outputTokens)) },
    lateMaxMs: requests.length === 0 ? null : Math.max(...requests.map(({ line }) => line.lateMaxMs)),
  };
}

function isComplete(line: ProviderLogLine): boolean {
  const good = line.fault === null || oddButGood.has(line.fault);
  return good && line.status === 200 && line.finishReason !== null && !line.abandoned;
}

function computeMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function computeCenter(values: readonly number[]): { median: number; mean: number } | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 0;
  const lower = sorted[(sorted.length - 1) >> 1] ?? 0;
  return { median: (lower + upper) / 2, mean: computeMean(values) };
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
  const [perInputTokenMs, perOutputTokenMs] = [slopes.get(0, 0), slopes.get(1, 0)];
  const interceptMs = e2eMean - perInputTokenMs * inMean - perOutputTokenMs * outMean;
  return { interceptMs, perInputTokenMs, perOutputTokenMs };
}
