import { Duration, type Stack } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { deadLetterSuffix, type MessageKind } from '../../../shared/records/messages.ts';
import { mapKinds } from '../../message-kinds.ts';
import type { Options } from '../options.ts';
import { functionSettings } from './function-settings.ts';
import { queueSettings } from './queue-settings.ts';

export type QueuePair = { queue: Queue; deadLetters: Queue };
export type QueuePairs = Record<MessageKind, QueuePair>;

/** A queue and its dead-letter queue for every kind of message. */
export function createQueues(stack: Stack, name: string, options: Options): QueuePairs {
  return mapKinds((kind) => createPair(stack, name, kind, options));
}

/** A queue and its dead-letter queue. */
export function createPair(stack: Stack, name: string, kind: MessageKind, options: Options): QueuePair {
  const { visibilityTimeoutSeconds, maxReceiveCount } = queueSettings(kind, options);
  const title = kind.charAt(0).toUpperCase() + kind.slice(1);
  const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
  const deadLetters = new Queue(stack, `${title}DeadLetters`, {
    ...common,
    queueName: `${name}-${kind}${deadLetterSuffix}`,
    retentionPeriod: Duration.days(14),
    // The coordinator handles them.
    visibilityTimeout: Duration.seconds(6 * functionSettings('coordinator', options).timeoutSeconds),
  });
  const queue = new Queue(stack, `${title}Queue`, {
    ...common,
    queueName: `${name}-${kind}`,
    retentionPeriod: Duration.days(4),
    visibilityTimeout: Duration.seconds(visibilityTimeoutSeconds),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount },
  });
  return { queue, deadLetters };
}
