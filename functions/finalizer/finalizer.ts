import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Deps } from '../../shared/ports.ts';
import { finalizeRun } from '../../shared/usecases/finalize-run.ts';
import { processRecords } from '../process-records.ts';
import { readMessageOfKind } from '../read-message.ts';

/** The door for `finalize` messages. */
export function createFinalizer(deps: Deps): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) =>
    processRecords(event.Records, deps, (record) => finalizeRun(deps, readMessageOfKind('finalize', record.body)));
}
