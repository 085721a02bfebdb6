import { z } from 'zod';

/** What the server knows of one request. Instants are milliseconds on the machine's monotonic clock. */
export const loggedRequestSchema = z.object({
  /** In order of receipt, from 0. */
  sequence: z.number().int(),
  /** As the prompt says; null where it is none of ours. */
  promptNumber: z.number().int().nullable(),
  /** As the client's `x-request-id` header said. */
  requestId: z.string().nullable(),
  /** The read that completed the request. */
  receivedAtMs: z.number(),
  /** Each taken right before the write of that token. */
  tokensSentAtMs: z.array(z.number()),
  /** Right before the write of the usage and the end; null where the client went away before. */
  endSentAtMs: z.number().nullable(),
  inputBytes: z.number().int(),
});
export type LoggedRequest = z.infer<typeof loggedRequestSchema>;

/** What the server's process is told, and what it says. */
export const referenceCommandSchema = z.enum(['log', 'stop']);

export const referenceMessageSchema = z.discriminatedUnion('say', [
  z.object({ say: z.literal('listening'), url: z.string() }),
  z.object({ say: z.literal('log'), requests: z.array(loggedRequestSchema) }),
]);
export type ReferenceMessage = z.infer<typeof referenceMessageSchema>;

/** The window of a run at the server: receipt of the first request to the last token sent. */
export type Window = { startAtMs: number; endAtMs: number };
