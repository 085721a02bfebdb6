import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Deps } from '../../shared/ports.ts';
import { processRecords } from '../process-records.ts';
import { readMessageOfKind } from '../read-message.ts';
import { deliverWebhook } from './deliver-webhook.ts';

/** The door for `deliver` messages. */
export function createNotifier(deps: Deps): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) =>
    processRecords(event.Records, deps, (record) => deliverWebhook(deps, readMessageOfKind('deliver', record.body)));
}
