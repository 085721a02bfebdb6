import { z } from 'zod';
import { countSchema } from '../number-schema.ts';

const atMs = z.number();

/**
 * Sums over the finished requests of a batch, from which the API computes live metrics without reading samples. Token
 * sums are the billed tokens of all requests, and the other values cover successful measured requests only.
 */
export const batchTallySchema = z.object({
  ttftCount: countSchema,
  ttftSumMs: z.number(),
  /** Output tokens by the tokenizer, for the throughput. */
  outputTokens: countSchema,
  firstStartAtMs: atMs.nullable(),
  lastEndAtMs: atMs.nullable(),
  billed: z.object({
    inputTokens: countSchema,
    cachedInputTokens: countSchema,
    outputTokens: countSchema,
    reasoningTokens: countSchema,
  }),
});
export type BatchTally = z.infer<typeof batchTallySchema>;

/** Tally of no requests. A tally is never changed in place, so this one can be shared. */
export const noTally: BatchTally = {
  ttftCount: 0,
  ttftSumMs: 0,
  outputTokens: 0,
  firstStartAtMs: null,
  lastEndAtMs: null,
  billed: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 },
};

export function mergeTallies(a: BatchTally, b: BatchTally): BatchTally {
  return {
    ttftCount: a.ttftCount + b.ttftCount,
    ttftSumMs: a.ttftSumMs + b.ttftSumMs,
    outputTokens: a.outputTokens + b.outputTokens,
    firstStartAtMs: pick(Math.min, a.firstStartAtMs, b.firstStartAtMs),
    lastEndAtMs: pick(Math.max, a.lastEndAtMs, b.lastEndAtMs),
    billed: {
      inputTokens: a.billed.inputTokens + b.billed.inputTokens,
      cachedInputTokens: a.billed.cachedInputTokens + b.billed.cachedInputTokens,
      outputTokens: a.billed.outputTokens + b.billed.outputTokens,
      reasoningTokens: a.billed.reasoningTokens + b.billed.reasoningTokens,
    },
  };
}

function pick(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : choose(a, b);
}
