import { objectFolders } from '../object-store.ts';
import type { ArchiveFile } from '../records/run-archive.ts';

/** Prefix of the keys of a run's archive in the object store. */
export const archivePrefix = (runId: string) => `${objectFolders.runs}/${runId}/`;

export const archiveListKey = (runId: string) => `${archivePrefix(runId)}archive.json`;

/** Path of a file within its archive. Each kind has a folder of its own, so that a query can read all of its files. */
export const buildArchivePath = ({ kind, stageIndex }: Pick<ArchiveFile, 'kind' | 'stageIndex'>) =>
  `${kind}/stage-${String(stageIndex).padStart(4, '0')}.parquet`;
