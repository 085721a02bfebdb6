import type { z } from 'zod';
import { AppError, throwFaults } from '../../../shared/errors/app-error.ts';
import type { RunLabels, RunRecord } from '../../../shared/records/records.ts';
import { tagValue } from '../http/answers.ts';
import type { Call } from '../http/define-endpoint.ts';
import { findMatchingTag } from '../http/entity-tags.ts';
import { getRun } from './get-run.ts';
import type { runChangeSchema } from './schemas.ts';
import { showRun } from './show-run.ts';

type RunChange = z.output<typeof runChangeSchema>;

/** Maximum number of tries of a change. Each try after the first follows another change at the same time. */
const maxTries = 5;
/** Maximum size of the labels in bytes as JSON, so that a page of a list stays small enough for Lambda. */
const maxLabelBytes = 30_000;

/**
 * Changes the name, the metadata, or the pin of a run. The spec, the manifest, and the report stay unchanged.
 * @throws AppError NOT_FOUND, PRECONDITION_FAILED if `If-Match` does not contain the present tag, INVALID_REQUEST if the
 *   labels are too large, or CONFLICT if other changes keep coming first
 */
export async function updateRun(call: Call<{ runId: string }, unknown, RunChange>): Promise<RunRecord> {
  const { c, deps, body } = call;
  const { runId } = call.params;
  const ifMatch = c.req.header('if-match');
  for (let tries = 0; tries < maxTries; tries++) {
    const run = await getRun(call, runId);
    if (ifMatch !== undefined) checkTag(ifMatch, tagValue(await showRun(deps, run)));
    const { labelChanges, pinned } = run;
    const labels = changeLabels(run.labels, body);
    const set = { labels, pinned: body.pinned ?? pinned, labelChanges: (labelChanges ?? 0) + 1 };
    const updated = await deps.runs.update(runId, { labelChanges }, set);
    if (updated !== null) return updated;
  }
  throw new AppError('CONFLICT', 'Other requests change the run at the same time', { retryAfterSeconds: 1 });
}

function changeLabels(labels: RunLabels, { name = labels.name, metadata = {} }: RunChange): RunLabels {
  const changed = Object.entries({ ...labels.metadata, ...metadata }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  const result = { name, metadata: Object.fromEntries(changed) };
  const bytes = Buffer.byteLength(JSON.stringify(result));
  const isLarger = bytes > Buffer.byteLength(JSON.stringify(labels));
  const fault = `would have ${bytes} bytes together with the name`;
  const remedy = `Use at most ${maxLabelBytes} bytes. Set an entry to null to remove it`;
  if (isLarger && bytes > maxLabelBytes) throwFaults('INVALID_REQUEST', [{ pointer: '/metadata', fault, remedy }]);
  return result;
}

function checkTag(ifMatch: string, tag: string): void {
  if (findMatchingTag(ifMatch, tag, { strong: true }) !== null) return;
  throw new AppError('PRECONDITION_FAILED', 'The run has changed since it was read', {
    faults: [
      {
        pointer: 'header:if-match',
        fault: 'does not contain the present ETag of the run',
        remedy: 'Read the run again, and use its new ETag, or omit the header',
      },
    ],
  });
}
