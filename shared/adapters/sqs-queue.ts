import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from '../config.ts';
import type { Queue } from '../ports.ts';
import type { MessageKind } from '../records/messages.ts';

/** The longest that SQS holds a message back. */
const maxDelaySeconds = 900;

/** The queue of batches for the workers of a region, and a client that speaks to that region. */
export type RegionalQueue = { client: SQSClient; url: string };

/**
 * One queue per kind of message, and one of batches in each worker region. A longer delay than SQS allows is cut to 15 minutes: receivers check what is due.
 */
export function createQueue(
  client: SQSClient,
  queueUrls: Config['queueUrls'],
  regional: ReadonlyMap<string, RegionalQueue> = new Map(),
): Queue {
  const queueOf = (kind: MessageKind, region?: string): RegionalQueue => {
    if (kind !== 'batch' || region === undefined) return { client, url: queueUrls[kind] };
    const queue = regional.get(region);
    if (queue === undefined) throw new Error(`This deployment has no workers in ${region} any more`);
    return queue;
  };
  return {
    check: async () => {
      const own = Object.values(queueUrls).map((url) => ({ client, url }));
      const ask = (queue: RegionalQueue) =>
        queue.client.send(new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['QueueArn'] }));
      await Promise.all([...own, ...regional.values()].map(ask));
    },
    send: async (message, options = {}) => {
      const delaySeconds = Math.min(maxDelaySeconds, Math.ceil(Math.max(0, options.delayMs ?? 0) / 1_000));
      const queue = queueOf(message.kind, options.region);
      await queue.client.send(
        new SendMessageCommand({
          QueueUrl: queue.url,
          MessageBody: JSON.stringify(message),
          ...(delaySeconds === 0 ? {} : { DelaySeconds: delaySeconds }),
        }),
      );
    },
  };
}
