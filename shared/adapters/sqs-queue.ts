import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from '../config.ts';
import type { Queue } from '../ports.ts';

/** The longest that SQS holds a message back. */
const maxDelaySeconds = 900;

/** One queue per kind of message. A longer delay than SQS allows is cut to 15 minutes: receivers check what is due. */
export function createQueue(client: SQSClient, queueUrls: Config['queueUrls']): Queue {
  return {
    check: async () => {
      const ask = (QueueUrl: string) =>
        client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
      await Promise.all(Object.values(queueUrls).map(ask));
    },
    send: async (message, options = {}) => {
      const delaySeconds = Math.min(maxDelaySeconds, Math.ceil(Math.max(0, options.delayMs ?? 0) / 1_000));
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrls[message.kind],
          MessageBody: JSON.stringify(message),
          ...(delaySeconds === 0 ? {} : { DelaySeconds: delaySeconds }),
        }),
      );
    },
  };
}
