import { createHash } from 'node:crypto';
import { type Fault, findFault, refuse } from '../../../shared/errors/app-error.ts';
import { deriveId } from '../../../shared/ids/ids.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { DatasetRecord } from '../../../shared/records/records.ts';
import { type DatasetKind, datasetKinds } from '../../../shared/workload/datasets/dataset.ts';

/** Limits the memory of a prompt: each one copies or indexes all entries. */
const maxEntries = 250_000;

/** Stores a text whose lines are valid. Equal content of a tenant and kind has the same id and is stored once. */
export async function createDataset(
  { datasets, clock }: Pick<Deps, 'datasets' | 'clock'>,
  tenantId: string,
  { kind, name, text }: { kind: DatasetKind; name: string | null; text: string },
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
    createdAtMs: clock.nowMs(),
  };
  return datasets.create(dataset, text);
}

function checkEntries(kind: DatasetKind, entries: number): Fault[] {
  const noun = datasetKinds[kind].entryName;
  if (entries === 0)
    return [{ pointer: '', fault: `does not contain any ${noun}`, remedy: `Send at least one ${noun}` }];
  const remedy = `Send at most ${maxEntries} entries. Split the text into several datasets.`;
  return findFault(entries > maxEntries, { pointer: '', fault: `has ${entries} entries`, remedy });
}
