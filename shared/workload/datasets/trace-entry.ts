import { z } from 'zod';
import { countSchema, integerSchema, numberSchema } from '../../number-schema.ts';
import { maxTokenCount } from '../distributions/token-distribution.ts';

const atMs = numberSchema(0, 1e15);
const tokens = integerSchema(1, maxTokenCount);

/** The schema of one request of a trace, in a spec or a line of a dataset. */
export const traceEntrySchema = z.strictObject({
  atMs: atMs.describe('Time of the request in milliseconds, in ascending order. The first entry is the start'),
  inputTokens: tokens,
  outputTokens: tokens,
});

/** The schema of one line of a trace in the form that Mooncake published, with the ids of its prompt blocks. */
export const blockTraceEntrySchema = z.strictObject({
  timestamp: atMs.describe('Time of the request in milliseconds, in ascending order. The first line is the start'),
  input_length: tokens,
  output_length: tokens,
  hash_ids: z
    .array(countSchema)
    .max(maxTokenCount)
    .optional()
    .describe('Id of each input block. Inputs with equal leading ids have equal beginnings'),
});

/** One request of a trace. Prompts are equal as far as the leading `blockIds` of their entries are. */
export type TraceEntry = z.infer<typeof traceEntrySchema> & { blockIds?: readonly number[] | undefined };

export function fromBlockTraceEntry(line: z.infer<typeof blockTraceEntrySchema>): TraceEntry {
  const { timestamp, input_length: inputTokens, output_length: outputTokens, hash_ids: blockIds } = line;
  return { atMs: timestamp, inputTokens, outputTokens, blockIds };
}

/** Computes the times of entries in milliseconds after the first entry. */
export function sinceFirstMs(entries: readonly { atMs: number }[]): number[] {
  const firstMs = entries[0]?.atMs ?? 0;
  return entries.map((entry) => entry.atMs - firstMs);
}
