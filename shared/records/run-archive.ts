import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { countSchema } from '../number-schema.ts';

/* The archive of a finished run: Parquet files in the object store, and a list of them. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const archiveFileKinds = ['samples', 'events'] as const;

export const archiveFileSchema = z.object({
  kind: z
    .enum(archiveFileKinds)
    .meta({ id: 'ArchiveFileKind' })
    .describe('samples: one row per request; events: times of output events'),
  stageIndex: countSchema,
  path: z.string().describe('Path within the archive'),
  rows: countSchema,
  bytes: countSchema,
  sha256: sha256.describe('SHA-256 of the file in hex'),
});
export type ArchiveFile = z.infer<typeof archiveFileSchema>;

/** Schema of `archive.json`, the list of the files of an archive. */
export const archiveListSchema = z.object({
  archiveVersion: z.literal(1),
  runId: idSchema('run'),
  manifestSha256: z.string().describe('SHA-256 of the manifest of the run in hex'),
  files: z.array(archiveFileSchema),
});
export type ArchiveList = z.infer<typeof archiveListSchema>;

/** What a run record stores about its archive. */
export const runArchiveSchema = z.object({
  /** SHA-256 of `archive.json` in hex. */
  sha256,
  archivedAtMs: z.number(),
  /** Time from which the table deletes the samples, so that they are read from the archive. */
  samplesExpireAtMs: z.number(),
});
export type RunArchive = z.infer<typeof runArchiveSchema>;
