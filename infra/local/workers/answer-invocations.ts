import { randomUUID } from 'node:crypto';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type PoolMessage, poolMessageSchema, type WorkerMessage } from './worker-protocol.ts';

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | undefined>;

/** The worker process's side of the protocol: answers each invocation, and ends with its parent. */
export function answerInvocations(self: NodeJS.Process, handler: Handler): void {
  const tell = (message: WorkerMessage) => {
    // The channel may close at any instant; `disconnect` then ends the process.
    if (self.connected) self.send?.(message, undefined, undefined, () => undefined);
  };
  const invoke = async ({ invocation, event, deadlineAtMs }: PoolMessage) => {
    const context = createLocalContext('worker', deadlineAtMs);
    try {
      tell({ say: 'result', invocation, response: await handler(event, context) });
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      tell({ say: 'error', invocation, message, stack });
    }
  };

  // An interrupt at the terminal reaches the whole process group: when a worker ends is the pool's decision.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) self.on(signal, () => undefined);
  self.on('disconnect', () => self.exit(0));
  // The parent may have gone while this process was loading.
  if (!self.connected) self.exit(0);
  self.on('message', (raw: unknown) => {
    void invoke(poolMessageSchema.parse(raw));
  });
  tell({ say: 'ready' });
}

/** The context that Lambda would hand to a function; the time that remains is counted to the deadline. */
export function createLocalContext(functionName: string, deadlineAtMs: number): Context {
  const retired = () => {
    throw new Error('Callbacks are not supported: return a promise');
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
