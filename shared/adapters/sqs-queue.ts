import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from '../config.ts';
import type { Queue } from '../ports.ts';
import { chooseQueue, type Message, type MessageKind } from '../records/messages.ts';
import { toFullDiskError } from './full-disk-error.ts';

const maxDelaySeconds = 900;

/** Name of the message attribute that contains the tenant. The pumps of the local service read it. */
export const tenantAttribute = 'tenantId';
/** Name of the message attribute that contains the kind, because the queue of batches also has checks of targets. */
export const kindAttribute = 'kind';

/** Builds the fields that let tenants share a queue. The group makes a standard queue of SQS a fair queue. */
function buildShare(kind: Message['kind'], tenantId: string | undefined) {
  if (tenantId === undefined) return {};
  const MessageAttributes = { [tenantAttribute]: toAttribute(tenantId), [kindAttribute]: toAttribute(kind) };
  return { MessageGroupId: tenantId, MessageAttributes };
}

const toAttribute = (value: string) => ({ DataType: 'String', StringValue: value });

/** The batch queue of one AWS region, with a client for this region. */
export type RegionalQueue = { client: SQSClient; url: string };

/** Creates a queue that sends each kind of message to its own SQS queue. Limits each message's delay to 15 minutes. */
export function createQueue(
  client: SQSClient,
  queueUrls: Config['queueUrls'],
  regional: ReadonlyMap<string, RegionalQueue> = new Map(),
): Queue {
  const findQueue = (kind: MessageKind, region?: string): RegionalQueue => {
    if (kind !== 'batch' || region === undefined) return { client, url: queueUrls[kind] };
    const queue = regional.get(region);
    if (queue === undefined) throw new Error(`This deployment no longer has workers in ${region}`);
    return queue;
  };
  return {
    check: async () => {
      const own = Object.values(queueUrls).map((url) => ({ client, url }));
      const checkQueue = (queue: RegionalQueue) =>
        queue.client.send(new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['QueueArn'] }));
      await Promise.all([...own, ...regional.values()].map(checkQueue));
    },
    send: async (message, options = {}) => {
      const delaySeconds = Math.min(maxDelaySeconds, Math.ceil(Math.max(0, options.delayMs ?? 0) / 1_000));
      const queue = findQueue(chooseQueue(message), options.region);
      const input = { QueueUrl: queue.url, MessageBody: JSON.stringify(message) };
      const delay = delaySeconds === 0 ? {} : { DelaySeconds: delaySeconds };
      const tenantId = options.tenantId ?? ('tenantId' in message ? message.tenantId : undefined);
      try {
        await queue.client.send(new SendMessageCommand({ ...input, ...delay, ...buildShare(message.kind, tenantId) }));
      } catch (error) {
        throw toFullDiskError(error) ?? error;
      }
    },
  };
}
