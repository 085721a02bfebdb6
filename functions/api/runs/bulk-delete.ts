import { z } from 'zod';
import { AppError, type Fault, findFault, throwFaults } from '../../../shared/errors/app-error.ts';
import { idSchema } from '../../../shared/ids/ids.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import type { Caller } from '../http/define-endpoint.ts';
import { deleteRun } from './delete-run.ts';
import { buildRunFilter, runFilterBodySchema } from './run-filter.ts';

/** Maximum number of runs per request. */
const maxRuns = 100;
/** Time in ms after which a request starts no more deletions. It leaves time for the last ones before the Lambda ends. */
const timeLimitMs = 10_000;
/** Number of runs that are listed at once. Only after all of them is there a cursor, and a check of the time. */
const chunkSize = 10;

export const bulkDeletionBodySchema = z
  .strictObject({
    runIds: z.array(idSchema('run')).min(1).max(maxRuns).exactOptional().describe('Ids of the runs to delete'),
    filter: runFilterBodySchema.exactOptional(),
    cursor: z
      .string()
      .min(1)
      .max(2_000)
      .exactOptional()
      .describe('Cursor of the previous response, with the same filter'),
    dryRun: z.boolean().default(false).describe('Whether to only return what would be deleted'),
  })
  .meta({
    id: 'BulkDeletionInput',
    description: 'Either runIds, or a filter with a condition. The cursor belongs to a filter',
    examples: [{ filter: { status: ['failed'] }, dryRun: true }],
  });

const keptReasons = ['not_found', 'active', 'pinned', 'not_reached'] as const;

const keptRunSchema = z
  .object({
    runId: idSchema('run'),
    reason: z
      .enum(keptReasons)
      .meta({ id: 'KeptRunReason' })
      .describe('not_reached: the time of the request was over; send the id again. active: cancel the run first'),
  })
  .meta({ id: 'KeptRun' });
type KeptRun = z.output<typeof keptRunSchema>;

export const bulkDeletionSchema = z
  .object({
    dryRun: z.boolean(),
    deleted: z.array(idSchema('run')).describe('Runs that were deleted, or would be deleted in a dry run'),
    notDeleted: z.array(keptRunSchema).describe('Other runs that were selected'),
    cursor: z.string().nullable().describe('Cursor to continue with the same filter. Null if no more runs match'),
  })
  .meta({ id: 'BulkDeletion' });
type BulkDeletion = z.output<typeof bulkDeletionSchema>;

/**
 * Deletes the runs with the given ids, or those that match a filter, up to a number and a time.
 * @param onDeleted is called after each deletion
 */
export async function deleteRuns(
  caller: Caller,
  { runIds, filter, cursor: first, dryRun }: z.output<typeof bulkDeletionBodySchema>,
  onDeleted: (runId: string) => Promise<void>,
): Promise<BulkDeletion> {
  throwFaults('INVALID_REQUEST', findSelectionFaults({ runIds, filter, cursor: first }));
  const { runs, clock } = caller.deps;
  const endMs = clock.monotonicMs() + timeLimitMs;
  const deleted: string[] = [];
  const notDeleted: KeptRun[] = [];
  const visit = async (runId: string) => {
    const kept = await deleteUnlessKept(caller, runId, dryRun);
    if (kept === null) deleted.push(runId);
    else notDeleted.push(kept);
    if (kept === null && !dryRun) await onDeleted(runId);
  };
  if (runIds !== undefined) {
    for (const runId of new Set(runIds))
      if (clock.monotonicMs() < endMs) await visit(runId);
      else notDeleted.push({ runId, reason: 'not_reached' });
    return { dryRun, deleted, notDeleted, cursor: null };
  }
  const wanted = buildRunFilter(filter ?? {}, (name) => `/filter/${name}`);
  let cursor = first ?? null;
  do {
    const page = await runs.list(caller.tenantId, { limit: chunkSize, cursor, filter: wanted });
    for (const { runId } of page.items) await visit(runId);
    cursor = page.cursor;
  } while (cursor !== null && deleted.length + notDeleted.length < maxRuns && clock.monotonicMs() < endMs);
  return { dryRun, deleted, notDeleted, cursor };
}

type Selection = { runIds: unknown; filter: object | undefined; cursor: string | undefined };

function findSelectionFaults({ runIds, filter, cursor }: Selection): Fault[] {
  const isOne = (runIds === undefined) !== (filter === undefined);
  const isEmpty = filter !== undefined && Object.keys(filter).length === 0;
  return [
    ...findFault(!isOne, {
      pointer: '',
      fault: 'must have either runIds or filter',
      remedy: 'Send exactly one of the two',
    }),
    ...findFault(isEmpty, { pointer: '/filter', fault: 'has no condition', remedy: 'Add a condition, such as status' }),
    ...findFault(runIds !== undefined && cursor !== undefined, {
      pointer: '/cursor',
      fault: 'is only valid with a filter',
      remedy: 'Omit it',
    }),
  ];
}

/** Deletes a run, or returns why it stays. A dry run deletes nothing. */
async function deleteUnlessKept(caller: Caller, runId: string, dryRun: boolean): Promise<KeptRun | null> {
  const run = await caller.deps.runs.get(runId);
  const reason = findKeptReason(run?.tenantId === caller.tenantId ? run : null);
  if (reason !== null) return { runId, reason };
  if (dryRun) return null;
  try {
    await deleteRun(caller, runId);
    return null;
  } catch (error) {
    // Another request deleted the run in the meantime.
    if (error instanceof AppError && error.code === 'NOT_FOUND') return { runId, reason: 'not_found' };
    throw error;
  }
}

function findKeptReason(run: RunRecord | null): KeptRun['reason'] | null {
  if (run === null) return 'not_found';
  if (!isTerminal(run.status)) return 'active';
  return run.pinned ? 'pinned' : null;
}
