import { z } from 'zod';
import { llmperfRecordSchema } from './imported.ts';
import { notSentReasons, outcomes } from './outcome.ts';

const ms = z.number();
const count = z.number().int().min(0);

/** Token counts as the server's `usage` says; null where it does not. */
export const usageSchema = z.object({
  inputTokens: count.nullable(),
  outputTokens: count.nullable(),
  cachedTokens: count.nullable(),
  reasoningTokens: count.nullable(),
});
export type Usage = z.infer<typeof usageSchema>;

/**
 * The record of one request: raw instants, counts, outcome. Instants are milliseconds (with microsecond digits) on the
 * worker's monotonic clock since `originWallMs` of its batch attempt; metrics are derived from them, never stored.
 */
export const sampleSchema = z.object({
  requestIndex: count.describe('Position in the plan of the stage: measured requests 0 … N-1, then warm-up N … N+W-1'),
  warmup: z.boolean(),
  batchIndex: count,
  attempt: count.describe('Of the batch; 0 where no attempt reached this request'),
  outcome: z.enum(outcomes),
  notSentReason: z.enum(notSentReasons).nullable(),
  originWallMs: z
    .number()
    .nullable()
    .describe('Wall clock at instant 0: orders samples across workers, never measures'),
  dueMs: ms.nullable(),
  startMs: ms.nullable(),
  sentMs: ms.nullable(),
  headersMs: ms.nullable(),
  firstReadMs: ms.nullable(),
  firstOutputMs: ms.nullable(),
  firstAnswerMs: ms.nullable(),
  lastOutputMs: ms.nullable(),
  endMs: ms.nullable(),
  connection: z
    .object({ reused: z.boolean(), dnsMs: ms.nullable(), connectMs: ms.nullable(), tlsMs: ms.nullable() })
    .nullable(),
  httpStatus: z.number().int().nullable(),
  retryAfterMs: ms.nullable(),
  error: z.object({ code: z.string().nullable(), message: z.string() }).nullable(),
  finishReason: z.string().nullable(),
  requestedOutputTokens: count.nullable(),
  requestedInputTokens: count
    .nullable()
    .describe('What the workload drew for the prompt; null where it draws no input size. Beside it, what was built'),
  conversationIndex: count.nullable().describe('Which one, from 0; null where the workload has none'),
  turn: count.min(1).nullable().describe('Of a conversation, 1 for the first; null where there is none'),
  inputTokens: count.nullable().describe('Of the prompt, by the Llama 2 tokenizer, no special tokens'),
  outputTokens: count.nullable().describe('Of the output, by the Llama 2 tokenizer, no special tokens'),
  usage: usageSchema.nullable(),
  checksum: z.enum(['ok', 'mismatch', 'absent']).nullable(),
  expectedNumber: count.nullable().describe('What the prompt asked for; null where it asks for no number'),
  answerNumber: count
    .nullable()
    .describe('The first integer of a good answer; null where there is none, or it has more than 15 digits'),
  checksumAnyOk: z.boolean().nullable().describe('LLMPerf v2 rule: any integer of the answer equals the number'),
  linesFromInput: z.number().min(0).max(1).nullable(),
  outputEvents: count,
  reads: count,
  bytes: count,
  recorded: llmperfRecordSchema
    .optional()
    .describe(
      'Of an imported request alone: what was recorded of it, from which its metrics come in place of instants',
    ),
});
export type Sample = z.infer<typeof sampleSchema>;

/** Arrival instants (ms, same clock as the sample's) of each output event; stored apart from the sample. */
export type Timeline = { requestIndex: number; outputEventsMs: number[] };
