import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import {
  type AdvanceMessage,
  type BatchMessage,
  deadLetterSuffix,
  type Message,
} from '../../shared/records/messages.ts';
import { processRecords, readMessageOfKind, tryReadMessage } from '../process-records.ts';
import { advanceRun } from './advance-run.ts';
import type { CoordinatorDeps } from './compose.ts';
import { countFailedAdvance } from './count-failed-advance.ts';
import { closeQueuedBatch } from './tend-batch.ts';
import { failWithoutReport } from './tend-report.ts';

/** Creates the Lambda handler for `advance` messages and for the dead letters of all queues. */
export function createCoordinator(deps: CoordinatorDeps): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) =>
    processRecords(event.Records, deps, (record) =>
      record.eventSourceARN.endsWith(deadLetterSuffix)
        ? takeDeadLetter(deps, record)
        : tryAdvance(deps, readMessageOfKind('advance', record.body), record),
    );
}

/** Advances a run, and counts a failure. After repeated failures, the run ends as failed instead of hanging. */
async function tryAdvance(deps: CoordinatorDeps, message: AdvanceMessage, { attributes }: SQSRecord): Promise<void> {
  // An invocation that had this message before ended without a result: it was killed or ran out of time or memory.
  if (Number(attributes.ApproximateReceiveCount) > 1) await countFailedAdvance(deps, message.runId);
  try {
    await advanceRun(deps, message);
  } catch (error) {
    await countFailedAdvance(deps, message.runId).catch((reason: unknown) =>
      deps.logger.warn('a failed advance could not be counted', { ...message, error: reason }),
    );
    throw error;
  }
}

/** Handles a dead letter. Logs and drops dead letters that are not valid messages, because retries would not help. */
async function takeDeadLetter(deps: CoordinatorDeps, { body, messageId, eventSourceARN }: SQSRecord): Promise<void> {
  const message = tryReadMessage(body);
  if (message !== null) return handleDeadLetter(deps, message);
  deps.telemetry.record('deadLetter', 1, { messageId });
  const fields = { messageId, queueArn: eventSourceARN, body: body.slice(0, 500) };
  deps.logger.error('dropped a dead letter that is not a valid message', fields);
}

/**
 * Handles a message that failed on every attempt, so that no run hangs. For `batch`, the batch fails but keeps its
 * samples. For `finalize`, the run fails unless a finalizer has it. The supervisor resends `advance` and `deliver` later.
 */
export async function handleDeadLetter(deps: CoordinatorDeps, message: Message): Promise<void> {
  deps.logger.error('dead letter', { ...message });
  deps.telemetry.record('deadLetter', 1, { ...message });
  if (message.kind === 'batch') await failBatch(deps, message);
  if (message.kind === 'finalize') await failWithoutReport(deps, message.runId);
}

async function failBatch(deps: CoordinatorDeps, message: BatchMessage): Promise<void> {
  const batch = await deps.batches.get(message.runId, message.stageIndex, message.batchIndex);
  // A running batch is left alone, because it has a lease. If its worker is lost, `advanceRun` requeues the batch.
  if (batch === null || batch.status !== 'queued' || batch.attempt !== message.attempt) return;
  await closeQueuedBatch(deps, batch, {
    status: 'failed',
    notSentReason: 'worker_failed',
    failure: { code: 'dead_letter', message: 'The batch message failed on every attempt' },
  });
  await deps.queue.send({ kind: 'advance', runId: message.runId });
}
