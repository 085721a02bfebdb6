import type { Stack } from 'aws-cdk-lib';
import { EventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { MessageKind } from '../../../shared/records/messages.ts';
import type { Options } from '../options.ts';
import type { QueuePair } from './create-queues.ts';
import { queueSettings } from './queue-settings.ts';

/** Dead letters are few; two at a time is the least that may be set. */
const deadLetterConcurrency = 2;

/** Hands a queue's messages to their function, and its dead letters to the coordinator. */
export function connectQueue(
  stack: Stack,
  kind: MessageKind,
  { queue, deadLetters }: QueuePair,
  to: { handler: LambdaFunction; coordinator: LambdaFunction },
  options: Options,
): void {
  const { batchSize, maxConcurrency } = queueSettings(kind, options);
  const { provisionedPollers: pollers } = options;
  const pace =
    kind === 'batch' && pollers !== null
      ? { provisionedPollerConfig: { minimumPollers: pollers.min, maximumPollers: pollers.max } }
      : { maxConcurrency };
  new EventSourceMapping(stack, `${queue.node.id}Source`, {
    target: to.handler,
    eventSourceArn: queue.queueArn,
    batchSize,
    reportBatchItemFailures: true,
    ...pace,
  });
  new EventSourceMapping(stack, `${deadLetters.node.id}Source`, {
    target: to.coordinator,
    eventSourceArn: deadLetters.queueArn,
    batchSize: 10,
    reportBatchItemFailures: true,
    maxConcurrency: deadLetterConcurrency,
  });
}
