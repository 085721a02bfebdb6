import type { Stack } from 'aws-cdk-lib';
import { EventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { messageKinds, type QueuePairs } from './create-queues.ts';
import type { FunctionName } from './function-names.ts';
import type { Options } from './options.ts';
import { queueSettings } from './queue-settings.ts';

/** Dead letters are few; two at a time is the least that may be set. */
const deadLetterConcurrency = 2;

/** Hands each queue's messages to its function, and every dead letter to the coordinator. */
export function connectQueues(
  stack: Stack,
  queues: QueuePairs,
  functions: Record<FunctionName, LambdaFunction>,
  options: Options,
): void {
  for (const kind of messageKinds) {
    const { queue, deadLetters } = queues[kind];
    const { handledBy, batchSize, maxConcurrency } = queueSettings(kind, options);
    const { provisionedPollers: pollers } = options;
    const pace =
      kind === 'batch' && pollers !== null
        ? { provisionedPollerConfig: { minimumPollers: pollers.min, maximumPollers: pollers.max } }
        : { maxConcurrency };
    new EventSourceMapping(stack, `${queue.node.id}Source`, {
      target: functions[handledBy],
      eventSourceArn: queue.queueArn,
      batchSize,
      reportBatchItemFailures: true,
      ...pace,
    });
    new EventSourceMapping(stack, `${deadLetters.node.id}Source`, {
      target: functions.coordinator,
      eventSourceArn: deadLetters.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency: deadLetterConcurrency,
    });
  }
}
