import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { processRecords } from '../process-records.ts';
import { readMessageOfKind } from '../read-message.ts';
import type { WorkerDeps } from './compose.ts';
import { runBatch } from './run-batch.ts';

/**
 * The door for `batch` messages. The queue is set to give one record per invocation; should more come, they run side by
 * side, because batches of one stage wait for one another before they start.
 */
export function createWorker(
  deps: WorkerDeps,
): (event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<SQSBatchResponse> {
  return (event, context) =>
    processRecords(event.Records, deps, (record) =>
      runBatch(deps, readMessageOfKind('batch', record.body), () => context.getRemainingTimeInMillis()),
    );
}
