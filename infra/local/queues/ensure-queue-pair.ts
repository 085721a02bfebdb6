import type { SQSClient } from '@aws-sdk/client-sqs';
import { deadLetterSuffix } from '../../../functions/coordinator/dead-letter-suffix.ts';
import { ensureQueue, type QueueAddress } from './ensure-queue.ts';
import type { QueueDefinition } from './local-queues.ts';

export type QueuePair = { definition: QueueDefinition; queue: QueueAddress; deadLetters: QueueAddress };

/** A queue named `<prefix>-<kind>` and its dead-letter queue, tied together by a redrive policy. */
export async function ensureQueuePair(
  client: SQSClient,
  prefix: string,
  definition: QueueDefinition,
): Promise<QueuePair> {
  const name = `${prefix}-${definition.kind}`;
  const VisibilityTimeout = String(definition.visibilityTimeoutSeconds);
  const deadLetters = await ensureQueue(client, `${name}${deadLetterSuffix}`, { VisibilityTimeout });
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: deadLetters.arn,
    maxReceiveCount: definition.maxReceiveCount,
  });
  const queue = await ensureQueue(client, name, { VisibilityTimeout, RedrivePolicy });
  return { definition, queue, deadLetters };
}
