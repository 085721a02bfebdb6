import { randomUUID } from 'node:crypto';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { z } from 'zod';

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | undefined>;

/** Handles invocations in a worker process, until the parent process ends. */
export function answerInvocations(self: NodeJS.Process, handler: Handler): void {
  const invoke = async ({ invocation, event, deadlineAtMs }: PoolMessage) => {
    const context = createLocalContext('worker', deadlineAtMs);
    try {
      tellPool(self, { say: 'result', invocation, response: await handler(event, context) });
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      tellPool(self, { say: 'error', invocation, message, stack });
    }
  };

  // Ctrl-C in a terminal signals all processes of the group, but the worker pool decides when a worker process ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) self.on(signal, () => undefined);
  self.on('disconnect', () => self.exit(0));
  // The parent process may have ended while this process was loading.
  if (!self.connected) self.exit(0);
  self.on('message', (raw: unknown) => {
    void invoke(poolMessageSchema.parse(raw));
  });
  tellPool(self, { say: 'ready' });
}

/** Sends a message from a worker process to its pool. */
export function tellPool(self: NodeJS.Process, message: WorkerMessage): void {
  // The channel may close at any time. The `disconnect` event then ends the process.
  if (self.connected) self.send?.(message, undefined, undefined, () => undefined);
}

/** Creates the context that Lambda would pass to a function. The remaining time decreases until the deadline. */
export function createLocalContext(functionName: string, deadlineAtMs: number): Context {
  const retired = () => {
    throw new Error('Lambda handlers with callbacks are not supported. Return a promise.');
  };
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '1769',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: String(process.pid),
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadlineAtMs - Date.now()),
    done: retired,
    fail: retired,
    succeed: retired,
  };
}

const sqsEvent = z.custom<SQSEvent>(
  (value) => z.object({ Records: z.array(z.looseObject({})) }).safeParse(value).success,
);

/** Message from the worker pool to one of its processes, over the IPC channel. */
export const poolMessageSchema = z.object({
  say: z.literal('invoke'),
  invocation: z.number().int(),
  event: sqsEvent,
  deadlineAtMs: z.number(),
});
export type PoolMessage = z.infer<typeof poolMessageSchema>;

/** Message from a process to its worker pool, over the IPC channel. */
export const workerMessageSchema = z.discriminatedUnion('say', [
  z.object({ say: z.literal('ready') }),
  z.object({ say: z.literal('lease'), remainingMs: z.number().min(0).nullable() }),
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
