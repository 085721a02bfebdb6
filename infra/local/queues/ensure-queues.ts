import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { deadLetterSuffix } from '../../../shared/records/messages.ts';
import { type LocalQueue, localQueues, type QueueDefinition } from './local-queues.ts';

export type QueueAddress = { url: string; arn: string };
export type QueuePair<Definition = QueueDefinition> = {
  definition: Definition;
  queue: QueueAddress;
  deadLetters: QueueAddress;
};

/** Creates the queues that are missing, and gives the others the attributes that they should have. */
export async function ensureQueues(
  client: SQSClient,
  endpoint: string,
  name: string,
): Promise<QueuePair<LocalQueue>[]> {
  const pairs: QueuePair<LocalQueue>[] = [];
  for (const definition of localQueues) pairs.push(await ensureQueuePair(client, endpoint, name, definition));
  return pairs;
}

/** Creates or updates a queue named `<prefix>-<kind>` and its dead-letter queue, tied together by a redrive policy. */
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

/** The attributes of a queue that is there may differ after an upgrade. */
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
  if (url === undefined) throw new Error(`The queue ${name} was created without a URL`);
  const answer = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  const arn = answer.Attributes?.['QueueArn'];
  if (arn === undefined) throw new Error(`The queue ${name} has no ARN`);
  // A queue's own URL names a host that resolves nowhere, and the port of the start that created it; only its path counts.
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
