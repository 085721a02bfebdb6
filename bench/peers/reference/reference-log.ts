import { z } from 'zod';

/** The server's record of one request. Times are milliseconds on the machine's monotonic clock. */
export const loggedRequestSchema = z.object({
  /** Number in order of receipt, from 0. */
  sequence: z.number().int(),
  /** Number in the prompt; null if the prompt has none. */
  promptNumber: z.number().int().nullable(),
  /** Value of the `x-request-id` header of the request. */
  requestId: z.string().nullable(),
  /** Time of the read that completed the request. */
  receivedAtMs: z.number(),
  /** Times just before the write of each token. */
  tokensSentAtMs: z.array(z.number()),
  /** Time just before the write of the usage and the end; null if the client disconnected before. */
  endSentAtMs: z.number().nullable(),
  inputBytes: z.number().int(),
});
export type LoggedRequest = z.infer<typeof loggedRequestSchema>;

export const referenceCommandSchema = z.enum(['log', 'stop']);

export const referenceMessageSchema = z.discriminatedUnion('say', [
  z.object({ say: z.literal('listening'), url: z.string() }),
  z.object({ say: z.literal('log'), requests: z.array(loggedRequestSchema) }),
]);
export type ReferenceMessage = z.infer<typeof referenceMessageSchema>;

/** Window of a run at the server, from the receipt of the first request to the last token. */
export type Window = { startAtMs: number; endAtMs: number };

/** Returns milliseconds on CLOCK_MONOTONIC, which all processes of the machine share. */
export function readMonotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
