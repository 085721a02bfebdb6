import { z } from 'zod';
import { maxTokenCount } from '../distributions/token-distribution.ts';

const atMs = z.number().min(0).max(1e15);
const tokens = z.number().int().min(1).max(maxTokenCount);

/** One request of a trace as it stands in a spec, or as a line of a dataset. */
export const traceEntrySchema = z.strictObject({
  atMs: atMs.describe('When it came; the first is the start. In order'),
  inputTokens: tokens,
  outputTokens: tokens,
});

/** A line of a trace in the form that Mooncake published: the same, and which blocks of the input were seen before. */
export const blockTraceEntrySchema = z.strictObject({
  timestamp: atMs.describe('When it came, ms; the first is the start. In order'),
  input_length: tokens,
  output_length: tokens,
  hash_ids: z
    .array(z.number().int().min(0))
    .max(maxTokenCount)
    .optional()
    .describe('One for each block of the input; inputs that begin with the same ids begin alike'),
});

/** A request of a trace, whatever form it came in. */
export type TraceEntry = z.infer<typeof traceEntrySchema> & {
  /** Of each block of the input, in order: where two entries have the same, so far their prompts are the same. */
  blockIds?: readonly number[] | undefined;
};

export function fromBlockTraceEntry(line: z.infer<typeof blockTraceEntrySchema>): TraceEntry {
  const { timestamp, input_length: inputTokens, output_length: outputTokens, hash_ids: blockIds } = line;
  return { atMs: timestamp, inputTokens, outputTokens, blockIds };
}

/** Computes the instants of a trace from its first entry on. */
export function sinceFirstMs(entries: readonly { atMs: number }[]): number[] {
  const firstMs = entries[0]?.atMs ?? 0;
  return entries.map(({ atMs }) => atMs - firstMs);
}
