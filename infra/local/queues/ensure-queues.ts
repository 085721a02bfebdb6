import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { deadLetterSuffix, type MessageKind } from '../../../shared/records/messages.ts';

export type QueueAddress = { url: string; arn: string };
export type QueuePair<Definition = QueueDefinition> = {
  definition: Definition;
  queue: QueueAddress;
  deadLetters: QueueAddress;
};

/** Creates missing queues and updates the attributes of existing ones. */
export async function ensureQueues(
  client: SQSClient,
  endpoint: string,
  name: string,
): Promise<QueuePair<LocalQueue>[]> {
  const pairs: QueuePair<LocalQueue>[] = [];
  for (const definition of localQueues) pairs.push(await ensureQueuePair(client, endpoint, name, definition));
  return pairs;
}

/** Creates or updates the queue `<prefix>-<kind>` and its dead-letter queue, connected by a redrive policy. */
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

/** Creates a queue, or updates its attributes, which may differ after an upgrade. */
async function ensureQueue(
  client: SQSClient,
  endpoint: string,
  name: string,
  attributes: Record<string, string>,
): Promise<QueueAddress> {
  const existing = await findQueueUrl(client, name);
  if (existing !== null)
    await client.send(new SetQueueAttributesCommand({ QueueUrl: existing, Attributes: attributes }));
  const url =
    existing ?? (await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))).QueueUrl;
  if (url === undefined) throw new Error(`Internal error: the queue ${name} has no URL.`);
  const answer = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  const arn = answer.Attributes?.['QueueArn'];
  if (arn === undefined) throw new Error(`Internal error: the queue ${name} has no ARN.`);
  // Only the path of a queue's URL is usable: the host does not resolve, and the port is that of an earlier start.
  return { url: `${endpoint}/${url.split('/').slice(3).join('/')}`, arn };
}

async function findQueueUrl(client: SQSClient, name: string): Promise<string | null> {
  try {
    return (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl ?? null;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return null;
    throw error;
  }
}

export type QueueDefinition = {
  kind: MessageKind;
  /** Time that a received message stays hidden. The pump extends it while the handler runs. */
  visibilityTimeoutSeconds: number;
  /** Number of failed receipts after which a message becomes a dead letter. */
  maxReceiveCount: number;
};

export type LocalQueue = QueueDefinition & {
  /** Maximum records in one invocation. */
  batchSize: number;
  /** Maximum concurrent invocations; null: the maximum number of workers. */
  concurrency: number | null;
};

/** One queue for each kind of message. The visibility timeout is short, because a message stays hidden for it after a kill. */
export const localQueues: readonly LocalQueue[] = [
  { kind: 'advance', visibilityTimeoutSeconds: 6, maxReceiveCount: 10, batchSize: 10, concurrency: 4 },
  { kind: 'batch', visibilityTimeoutSeconds: 6, maxReceiveCount: 5, batchSize: 1, concurrency: null },
  { kind: 'finalize', visibilityTimeoutSeconds: 6, maxReceiveCount: 5, batchSize: 1, concurrency: 2 },
  // One delivery for each invocation, so that a slow endpoint does not delay the others.
  { kind: 'deliver', visibilityTimeoutSeconds: 6, maxReceiveCount: 10, batchSize: 1, concurrency: 20 },
];
