import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export type QueueAddress = { url: string; arn: string };

/** Creates the queue, or sets the attributes of the one that is there: they may differ after an upgrade. */
export async function ensureQueue(
  client: SQSClient,
  name: string,
  attributes: Record<string, string>,
): Promise<QueueAddress> {
  const existing = await findQueueUrl(client, name);
  if (existing !== null) {
    await client.send(new SetQueueAttributesCommand({ QueueUrl: existing, Attributes: attributes }));
  }
  const url =
    existing ?? (await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))).QueueUrl;
  if (url === undefined) throw new Error(`The queue ${name} was created without a URL`);
  const answer = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  const arn = answer.Attributes?.['QueueArn'];
  if (arn === undefined) throw new Error(`The queue ${name} has no ARN`);
  return { url, arn };
}

async function findQueueUrl(client: SQSClient, name: string): Promise<string | null> {
  try {
    return (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl ?? null;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return null;
    throw error;
  }
}
