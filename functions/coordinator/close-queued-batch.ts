import type { Deps } from '../../shared/ports.ts';
import type { BatchRecord } from '../../shared/records/records.ts';

/**
 * Ends a batch that no worker holds. All blocks that its lost attempts have written count: no sample is lost once
 * written. (Being queued under a newer attempt, the batch can gain no further block.)
 */
export async function closeQueuedBatch(
  deps: Pick<Deps, 'batches' | 'blocks'>,
  batch: BatchRecord,
  end: Pick<BatchRecord, 'status' | 'notSentReason'> & { failure?: BatchRecord['failure'] },
): Promise<BatchRecord | null> {
  const blocks = await deps.blocks.countBlocks(batch.runId, batch.stageIndex, batch.batchIndex);
  return deps.batches.update(batch, { status: 'queued', attempt: batch.attempt }, { ...end, blocks });
}
