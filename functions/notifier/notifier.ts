import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { processRecords } from '../process-records.ts';
import { readMessageOfKind } from '../read-message.ts';
import type { NotifierDeps } from './compose.ts';
import { deliverWebhook } from './deliver-webhook.ts';

/** Creates the handler of `deliver` messages. */
export function createNotifier(deps: NotifierDeps): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) =>
    processRecords(event.Records, deps, (record) => deliverWebhook(deps, readMessageOfKind('deliver', record.body)));
}
