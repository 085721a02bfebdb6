import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { Deps } from '../shared/ports.ts';

/**
 * Works on the records of one invocation side by side. A record whose work throws is logged and named in the partial
 * batch response, so that it alone comes again; the others are done.
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
    logger.error('a message could not be handled', {
      messageId: record.messageId,
      queueArn: record.eventSourceARN,
      body: record.body.slice(0, 500),
      receiveCount: record.attributes.ApproximateReceiveCount,
      error: outcome.reason,
    });
    telemetry.record('messageFailed', 1, { messageId: record.messageId });
    return [{ itemIdentifier: record.messageId }];
  });
  return { batchItemFailures };
}
