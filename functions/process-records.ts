import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { Deps } from '../shared/ports.ts';
import { readMessage } from './read-message.ts';

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
      ...namesIn(record.body),
      receiveCount: record.attributes.ApproximateReceiveCount,
      error: outcome.reason,
    });
    telemetry.record('messageFailed', 1, { messageId: record.messageId });
    return [{ itemIdentifier: record.messageId }];
  });
  return { batchItemFailures };
}

/** The ids that the message has, to find it in the log by; all of a body that is none of ours. */
function namesIn(body: string): Record<string, unknown> {
  try {
    return { ...readMessage(body) };
  } catch {
    return { body: body.slice(0, 500) };
  }
}
