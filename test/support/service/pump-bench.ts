import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import type { TestContext } from 'vitest';
import { ensureQueuePair, type QueuePair } from '../../../infra/local/queues/ensure-queues.ts';
import { type PumpOptions, startPump, type Waiting } from '../../../infra/local/queues/pump.ts';
import { type QueueWait, waitByReceipt } from '../../../infra/local/queues/queue-wait.ts';
import { readStoreEndpoint } from '../../../shared/adapters/store-endpoint.ts';
import { createRecordingLogger } from '../simulation/recording-logger.ts';

export const within = { timeout: 8_000, interval: 10 };
export const listBodies = (event: SQSEvent) => event.Records.map(({ body }) => body);
export const definition = { kind: 'advance', visibilityTimeoutSeconds: 1, maxReceiveCount: 2 } as const;

export type PumpBench = ReturnType<typeof createPumpBench>;

export function openPumpClient(endpoint: string): SQSClient {
  const { httpAgent, ...connection } = readStoreEndpoint(endpoint);
  return new SQSClient({
    ...connection,
    region: 'us-east-1',
    requestHandler: httpAgent === null ? {} : { httpAgent },
    useQueueUrlAsEndpoint: false,
    maxAttempts: 1,
  });
}

/** Creates queues for each test on a server with the SQS protocol, and pumps that stop when the test ends. */
export function createPumpBench(endpoint: string, queueWait: QueueWait = waitByReceipt) {
  const client = openPumpClient(endpoint);
  const name = Math.random().toString(36).slice(2, 8);
  let queues = 0;
  const receiveFrom = async (url: string, waitSeconds: number): Promise<string[]> => {
    const answer = await client.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds }),
    );
    return (answer.Messages ?? []).map(({ Body }) => Body ?? '');
  };
  return {
    client,
    openClient: () => openPumpClient(endpoint),
    /** Creates a queue of this test. */
    setUp: async ({ onTestFinished }: TestContext) => {
      const prefix = `test-${name}-${queues++}`;
      const pair = await ensureQueuePair(client, endpoint, prefix, definition);
      return {
        prefix,
        pair,
        pump: (options: Partial<PumpOptions> & Pick<PumpOptions, 'invoke'>) => {
          const pump = startPump({ client, ...pumpDefaults(pair), ...queueWait.forQueue(pair.queue), ...options });
          onTestFinished(async () => {
            await pump.stop();
            await pump.abandon();
          });
          return pump;
        },
        send: async (...bodies: string[]) => {
          for (const MessageBody of bodies)
            await client.send(new SendMessageCommand({ QueueUrl: pair.queue.url, MessageBody }));
        },
        receive: (waitSeconds = 0) => receiveFrom(pair.queue.url, waitSeconds),
        receiveDead: () => receiveFrom(pair.deadLetters.url, 0),
      };
    },
    close: () => client.destroy(),
  };
}

function pumpDefaults({ queue }: QueuePair): Omit<PumpOptions, 'invoke' | 'client' | keyof Waiting> {
  return {
    queue,
    batchSize: 10,
    concurrency: 10,
    visibilityTimeoutSeconds: 1,
    retryAfterSeconds: 1,
    logger: createRecordingLogger(),
  };
}
