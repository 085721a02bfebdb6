import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { processRecords } from '../process-records.ts';
import { readMessageOfKind } from '../read-message.ts';
import type { WorkerDeps } from './compose.ts';
import { runBatch } from './run-batch.ts';

/**
 * Creates the handler of `batch` messages. The queue delivers one record per invocation; several would run in parallel,
 * because the batches of a stage wait for one another before they start.
 */
export function createWorker(
  deps: WorkerDeps,
): (event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<SQSBatchResponse> {
  return (event, context) =>
    processRecords(event.Records, deps, (record) =>
      runBatch(deps, readMessageOfKind('batch', record.body), () => context.getRemainingTimeInMillis()),
    );
}
