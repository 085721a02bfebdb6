import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { Deps } from '../shared/ports.ts';
import { readMessage } from './read-message.ts';

/**
 * Processes the records of one invocation concurrently. Logs each failed record and names it in the partial batch
 * response, so that SQS redelivers only this record.
 */
export async function processRecords(
  records: readonly SQSRecord[],
  { logger, telemetry }: Pick<Deps, 'logger' | 'telemetry'>,
  work: (record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> {
  const outcomes = await Promise.allSettled(records.map(async (record) => work(record)));
  const batchItemFailures = records.flatMap((record, position) => {
    const outcome = outcomes[position];
    if (outcome?.status !== 'rejected') return [];
    logger.error('message processing failed', {
      messageId: record.messageId,
      queueArn: record.eventSourceARN,
      ...readIds(record.body),
      receiveCount: record.attributes.ApproximateReceiveCount,
      error: outcome.reason,
    });
    telemetry.record('messageFailed', 1, { messageId: record.messageId });
    return [{ itemIdentifier: record.messageId }];
  });
  return { batchItemFailures };
}

/** Returns the ids in the message for the log, or the start of a body that is not a valid message. */
function readIds(body: string): Record<string, unknown> {
  try {
    return { ...readMessage(body) };
  } catch {
    return { body: body.slice(0, 500) };
  }
}
