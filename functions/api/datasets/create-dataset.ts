import { createHash } from 'node:crypto';
import { refuse } from '../../../shared/errors/refuse.ts';
import { deriveId } from '../../../shared/ids/derive-id.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { DatasetRecord } from '../../../shared/records/records.ts';
import { type DatasetKind, datasetKinds } from '../../../shared/workload/datasets/dataset.ts';

/** Limits the memory of a prompt: each one copies or indexes all entries. */
const maxEntries = 250_000;

type DatasetUpload = { kind: DatasetKind; name: string | null; text: string };

/**
 * Stores a text whose lines are valid. The id follows from tenant, kind and content, so equal content returns the
 * existing dataset.
 * @throws AppError INVALID_REQUEST if the text has no entries or too many
 */
export async function createDataset(
  deps: Pick<Deps, 'datasets' | 'clock'>,
  tenantId: string,
  { kind, name, text }: DatasetUpload,
): Promise<{ dataset: DatasetRecord; created: boolean }> {
  const { entries, spanMs } = datasetKinds[kind].read(text);
  refuse('INVALID_REQUEST', checkEntries(kind, entries.length));
  const sha256 = createHash('sha256').update(text).digest('hex');
  const dataset: DatasetRecord = {
    datasetId: deriveId('dataset', tenantId, kind, sha256),
    tenantId,
    name,
    kind,
    sha256,
    bytes: Buffer.byteLength(text),
    entries: entries.length,
    ...(spanMs === undefined ? {} : { spanMs }),
    createdAtMs: deps.clock.nowMs(),
  };
  return deps.datasets.create(dataset, text);
}

function checkEntries(kind: DatasetKind, entries: number) {
  const noun = datasetKinds[kind].entryName;
  if (entries === 0)
    return [{ pointer: '', fault: `does not contain any ${noun}`, remedy: `Send at least one ${noun}` }];
  if (entries <= maxEntries) return [];
  return [
    {
      pointer: '',
      fault: `has ${entries} entries`,
      remedy: `Send at most ${maxEntries} entries. Split the text into several datasets.`,
    },
  ];
}
