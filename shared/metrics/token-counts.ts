import { z } from 'zod';
import type { Sample } from '../domain/sample.ts';
import { cachedInputShare, cachedRequestShare } from './cached-input-share.ts';
import { type Figure, figure, figureSchema, statistics, statisticsSchema } from './figure.ts';

export const tokenCountsSchema = z
  .object({
    usageInputTokens: statisticsSchema,
    usageOutputTokens: statisticsSchema,
    usageCachedTokens: statisticsSchema,
    usageReasoningTokens: statisticsSchema,
    cachedInputShare: figureSchema,
    cachedRequestShare: figureSchema,
    requestedInputTokens: statisticsSchema,
    inputAttainment: figureSchema,
    usageToTokenizerInput: figureSchema,
    usageToTokenizerOutput: figureSchema,
    tokensPerChunk: figureSchema,
    chunksPerRead: figureSchema,
    unstreamedShare: figureSchema,
  })
  .meta({
    id: 'TokenCounts',
    description: "The server's counts beside the tokenizer's, and how tokens came in chunks",
  });
export type TokenCounts = z.infer<typeof tokenCountsSchema>;

/**
 * The server's counts, apart from the tokenizer's, with the ratio of the two over requests that have both; and how the
 * output was cut into chunks.
 * @param ok the samples that are ok
 */
export function tokenCounts(ok: readonly Sample[]): TokenCounts {
  const usage = (count: 'inputTokens' | 'outputTokens' | 'cachedTokens' | 'reasoningTokens') =>
    statistics(
      ok.flatMap((sample) => sample.usage?.[count] ?? []),
      'no usage reports it',
    );
  const streamed = ok.filter(
    ({ outputTokens, firstOutputMs }) => outputTokens !== null && outputTokens >= 2 && firstOutputMs !== null,
  );
  const atOnce = streamed.filter(({ firstOutputMs, lastOutputMs }) => firstOutputMs === lastOutputMs).length;
  const nothing = 'no request is ok';
  return {
    usageInputTokens: usage('inputTokens'),
    usageOutputTokens: usage('outputTokens'),
    usageCachedTokens: usage('cachedTokens'),
    usageReasoningTokens: usage('reasoningTokens'),
    cachedInputShare: cachedInputShare(ok),
    cachedRequestShare: cachedRequestShare(ok),
    requestedInputTokens: statistics(
      ok.flatMap(({ requestedInputTokens }) => requestedInputTokens ?? []),
      noSizeDrawn,
    ),
    inputAttainment: ratioOfSums(ok, (s) => [s.inputTokens, s.requestedInputTokens], noSizeDrawn),
    usageToTokenizerInput: ratioOfSums(ok, (s) => [s.usage?.inputTokens ?? null, s.inputTokens], 'no usage reports it'),
    usageToTokenizerOutput: ratioOfSums(
      ok,
      (s) => [s.usage?.outputTokens ?? null, s.outputTokens],
      'no usage reports it',
    ),
    tokensPerChunk: ratioOfSums(ok, (s) => [s.outputTokens, s.outputEvents], nothing),
    chunksPerRead: ratioOfSums(ok, (s) => [s.outputEvents, s.reads], nothing),
    unstreamedShare: figure(
      streamed.length === 0 ? null : atOnce / streamed.length,
      streamed.length,
      'no request is ok with two tokens or more',
    ),
  };
}

const noSizeDrawn = 'the workload draws no input size, or no request is ok';

/** Σ a / Σ b over the samples for which both are known. */
function ratioOfSums(
  samples: readonly Sample[],
  pick: (sample: Sample) => [number | null, number | null],
  reason: string,
): Figure {
  let above = 0;
  let below = 0;
  let n = 0;
  for (const sample of samples) {
    const [a, b] = pick(sample);
    if (a === null || b === null) continue;
    above += a;
    below += b;
    n += 1;
  }
  return figure(below === 0 ? null : above / below, n, reason);
}
