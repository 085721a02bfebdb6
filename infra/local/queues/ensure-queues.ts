import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { readStoreEndpoint } from '../../../shared/adapters/store-endpoint.ts';
import { deadLetterSuffix, type MessageKind } from '../../../shared/records/messages.ts';

export type QueueAddress = { url: string; arn: string };
export type QueuePair<Definition = QueueDefinition> = {
  definition: Definition;
  queue: QueueAddress;
  deadLetters: QueueAddress;
};

/** Creates the queues that do not exist, and updates the attributes of the others. */
export async function ensureQueues(
  client: SQSClient,
  endpoint: string,
  name: string,
): Promise<QueuePair<LocalQueue>[]> {
  return Promise.all(localQueues.map((definition) => ensureQueuePair(client, endpoint, name, definition)));
}

/** Creates or updates the queue `<prefix>-<kind>` and its dead-letter queue, and links them by a redrive policy. */
export async function ensureQueuePair<Definition extends QueueDefinition>(
  client: SQSClient,
  endpoint: string,
  prefix: string,
  definition: Definition,
): Promise<QueuePair<Definition>> {
  const name = `${prefix}-${definition.kind}`;
  const VisibilityTimeout = String(definition.visibilityTimeoutSeconds);
  const deadLetters = await ensureQueue(client, endpoint, `${name}${deadLetterSuffix}`, { VisibilityTimeout });
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: deadLetters.arn,
    maxReceiveCount: definition.maxReceiveCount,
  });
  const queue = await ensureQueue(client, endpoint, name, { VisibilityTimeout, RedrivePolicy });
  return { definition, queue, deadLetters };
}

/** Creates a queue, or updates the attributes of an existing one, which may be from an earlier version. */
async function ensureQueue(
  client: SQSClient,
  endpoint: string,
  name: string,
  attributes: Record<string, string>,
): Promise<QueueAddress> {
  // Without attributes, the call also succeeds for an existing queue.
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name }));
  if (QueueUrl === undefined) throw new Error(`Internal error: the queue ${name} has no URL.`);
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }));
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const arn = Attributes?.['QueueArn'];
  if (arn === undefined) throw new Error(`Internal error: the queue ${name} has no ARN.`);
  // Only the path of the returned URL is used, because its host does not resolve.
  return { url: `${readStoreEndpoint(endpoint).endpoint}/${QueueUrl.split('/').slice(3).join('/')}`, arn };
}

export type QueueDefinition = {
  kind: MessageKind;
  /** Time in seconds that a received message stays hidden. It is extended while the message's handler runs. */
  visibilityTimeoutSeconds: number;
  /** Number of times that the queue delivers a message before it moves the message to the dead-letter queue. */
  maxReceiveCount: number;
};

export type LocalQueue = QueueDefinition & {
  batchSize: number;
  /** Maximum concurrent invocations. Null means the maximum number of workers. */
  concurrency: number | null;
};

/** One queue per kind of message. The visibility timeouts are short, because they delay messages after a kill. */
const localQueues: readonly LocalQueue[] = [
  { kind: 'advance', visibilityTimeoutSeconds: 6, maxReceiveCount: 10, batchSize: 10, concurrency: 4 },
  { kind: 'batch', visibilityTimeoutSeconds: 6, maxReceiveCount: 5, batchSize: 1, concurrency: null },
  { kind: 'finalize', visibilityTimeoutSeconds: 6, maxReceiveCount: 5, batchSize: 1, concurrency: 2 },
  // Each invocation gets one message, so that a slow webhook endpoint does not delay other deliveries. Most of the time,
  // a delivery waits for its endpoint, so a large number can run at once. They stay hidden for longer than an attempt takes.
  { kind: 'deliver', visibilityTimeoutSeconds: 30, maxReceiveCount: 10, batchSize: 1, concurrency: 256 },
];
