import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { processRecords } from '../process-records.ts';
import { readMessageOfKind } from '../read-message.ts';
import type { FinalizerDeps } from './compose.ts';
import { finalizeRun } from './finalize-run.ts';

/** Creates the handler of `finalize` messages. */
export function createFinalizer(deps: FinalizerDeps): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) =>
    processRecords(event.Records, deps, (record) => finalizeRun(deps, readMessageOfKind('finalize', record.body)));
}
