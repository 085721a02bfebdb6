import { z } from 'zod';

/** One line of the table: what is streamed, to how many at a time. */
export const rowSchema = z.object({
  streams: z.number().int().min(1),
  tokensPerSecond: z.number().positive().describe('Of each stream'),
  tokensPerChunk: z.number().int().min(1),
  seconds: z.number().int().min(1).describe('Each stream makes as many requests, of about a second each'),
});
export type Row = z.infer<typeof rowSchema>;

/** From the receipt of a request to its first token. */
const firstTokenMs = 50;

/** What a request asks of the reference server, in its body. */
export const askSchema = z.object({
  index: z.number().int().min(0),
  chunks: z.number().int().min(1),
  tokensPerChunk: z.number().int().min(1),
  firstTokenMs: z.number().min(0),
  gapMs: z.number().positive(),
});
export type Ask = z.infer<typeof askSchema>;

export function requestsOf(row: Row): number {
  return row.streams * row.seconds;
}

export function tokensPerRequest(row: Row): number {
  return chunksOf(row) * row.tokensPerChunk;
}

export function askOf(row: Row, index: number): Ask {
  const { tokensPerChunk, tokensPerSecond } = row;
  return {
    index,
    chunks: chunksOf(row),
    tokensPerChunk,
    firstTokenMs,
    gapMs: (1_000 * tokensPerChunk) / tokensPerSecond,
  };
}

/** About a second of tokens; two chunks at least, so that there is a time between the first and the last. */
function chunksOf({ tokensPerSecond, tokensPerChunk }: Row): number {
  return Math.max(2, Math.round(tokensPerSecond / tokensPerChunk));
}
