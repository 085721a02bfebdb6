import type { SQSEvent } from 'aws-lambda';
import { z } from 'zod';

/* What the pool and its worker processes say to each other over the IPC channel. */

const sqsEvent = z.custom<SQSEvent>(
  (value) => z.object({ Records: z.array(z.looseObject({})) }).safeParse(value).success,
);

export const poolMessageSchema = z.object({
  say: z.literal('invoke'),
  invocation: z.number().int(),
  event: sqsEvent,
  deadlineAtMs: z.number(),
});
export type PoolMessage = z.infer<typeof poolMessageSchema>;

export const workerMessageSchema = z.discriminatedUnion('say', [
  z.object({ say: z.literal('ready') }),
  z.object({
    say: z.literal('result'),
    invocation: z.number().int(),
    response: z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) }).optional(),
  }),
  z.object({
    say: z.literal('error'),
    invocation: z.number().int(),
    message: z.string(),
    stack: z.string().optional(),
  }),
]);
export type WorkerMessage = z.infer<typeof workerMessageSchema>;
