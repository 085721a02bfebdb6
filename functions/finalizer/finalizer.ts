import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Deps } from '../../shared/ports.ts';
import { processRecords } from '../process-records.ts';
import { readMessageOfKind } from '../read-message.ts';
import { finalizeRun } from './finalize-run.ts';

/** The door for `finalize` messages. */
export function createFinalizer(deps: Deps): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) =>
    processRecords(event.Records, deps, (record) => finalizeRun(deps, readMessageOfKind('finalize', record.body)));
}
