import { Duration, type Stack } from 'aws-cdk-lib';
import { EventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { deadLetterSuffix, type MessageKind } from '../../../shared/records/messages.ts';
import { mapKinds } from '../../message-kinds.ts';
import type { Options } from '../options.ts';
import { deadLetterConcurrency, getQueueSettings, getVisibilityTimeoutSeconds } from './function-settings.ts';

export type QueuePair = { queue: Queue; deadLetters: Queue };
export type QueuePairs = Record<MessageKind, QueuePair>;

/** Creates a queue and its dead-letter queue for each kind of message. */
export function createQueues(stack: Stack, name: string, options: Options): QueuePairs {
  return mapKinds((kind) => createQueuePair(stack, name, kind, options));
}

export function createQueuePair(stack: Stack, name: string, kind: MessageKind, options: Options): QueuePair {
  const { visibilityTimeoutSeconds, maxReceiveCount } = getQueueSettings(kind, options);
  const title = kind.charAt(0).toUpperCase() + kind.slice(1);
  const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
  const deadLetters = new Queue(stack, `${title}DeadLetters`, {
    ...common,
    queueName: `${name}-${kind}${deadLetterSuffix}`,
    retentionPeriod: Duration.days(14),
    visibilityTimeout: Duration.seconds(getVisibilityTimeoutSeconds('coordinator')),
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

/** Connects a queue to its function, and the queue's dead-letter queue to the coordinator. */
export function connectQueue(
  stack: Stack,
  kind: MessageKind,
  { queue, deadLetters }: QueuePair,
  to: { handler: LambdaFunction; coordinator: LambdaFunction },
  options: Options,
): void {
  const { batchSize, maxConcurrency } = getQueueSettings(kind, options);
  const { provisionedPollers: pollers } = options;
  const pace =
    kind === 'batch' && pollers !== null
      ? { provisionedPollerConfig: { minimumPollers: pollers.min, maximumPollers: pollers.max } }
      : { maxConcurrency };
  const sources = [
    { from: queue, target: to.handler, batchSize, ...pace },
    { from: deadLetters, target: to.coordinator, batchSize: 10, maxConcurrency: deadLetterConcurrency },
  ];
  for (const { from, ...source } of sources)
    new EventSourceMapping(stack, `${from.node.id}Source`, {
      ...source,
      eventSourceArn: from.queueArn,
      reportBatchItemFailures: true,
    });
}
