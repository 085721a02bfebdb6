import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { Logger } from '../shared/ports.ts';

/**
 * Works on the records of one invocation side by side. A record whose work throws is logged and named in the partial
 * batch response, so that it alone comes again; the others are done.
 */
export async function processRecords(
  records: readonly SQSRecord[],
  logger: Logger,
  work: (record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> {
  const outcomes = await Promise.allSettled(records.map(async (record) => work(record)));
  const batchItemFailures = records.flatMap((record, position) => {
    const outcome = outcomes[position];
    if (outcome?.status !== 'rejected') return [];
    logger.error('a message could not be handled', {
      messageId: record.messageId,
      queueArn: record.eventSourceARN,
      receiveCount: record.attributes.ApproximateReceiveCount,
      error: outcome.reason,
    });
    return [{ itemIdentifier: record.messageId }];
  });
  return { batchItemFailures };
}
