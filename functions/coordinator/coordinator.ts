import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { processRecords } from '../process-records.ts';
import { readMessage, readMessageOfKind } from '../read-message.ts';
import { advanceRun } from './advance-run.ts';
import type { CoordinatorDeps } from './compose.ts';
import { deadLetterSuffix } from './dead-letter-suffix.ts';
import { handleDeadLetter } from './handle-dead-letter.ts';

/** The door for `advance` messages and for the dead letters of every queue. */
export function createCoordinator(deps: CoordinatorDeps): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) =>
    processRecords(event.Records, deps, (record) =>
      record.eventSourceARN.endsWith(deadLetterSuffix)
        ? takeDeadLetter(deps, record)
        : advanceRun(deps, readMessageOfKind('advance', record.body)),
    );
}

async function takeDeadLetter(deps: CoordinatorDeps, record: SQSRecord): Promise<void> {
  const message = tryReadMessage(record.body);
  if (message === null) {
    // No run to end, and nothing would change by trying again: the log is the place where somebody can see it.
    deps.telemetry.record('deadLetter', 1, { messageId: record.messageId });
    deps.logger.error('a dead letter of unknown form was dropped', {
      messageId: record.messageId,
      queueArn: record.eventSourceARN,
      body: record.body.slice(0, 500),
    });
    return;
  }
  await handleDeadLetter(deps, message);
}

function tryReadMessage(body: string) {
  try {
    return readMessage(body);
  } catch {
    return null;
  }
}
