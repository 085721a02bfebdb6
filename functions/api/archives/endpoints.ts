import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { formatInstant } from '../../../shared/records/format-instant.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { archiveFileSchema, archiveListSchema, type RunArchive } from '../../../shared/records/run-archive.ts';
import { archiveListKey, archivePrefix } from '../../../shared/runs/archive-keys.ts';
import { defineJsonAnswer } from '../http/answers.ts';
import { type Caller, defineEndpoint } from '../http/define-endpoint.ts';
import { instantSchema } from '../http/schemas.ts';
import { getRun, requireMeasured } from '../runs/get-run.ts';

/** Time in seconds for which the addresses of files work. A download that has begun continues. */
const addressSeconds = 900;

const fileSchema = archiveFileSchema
  .extend({ url: z.string().describe('Address of the file for 15 minutes, without a key') })
  .meta({ id: 'ArchiveFile' });

const archiveSchema = z
  .object({
    archivedAt: instantSchema,
    samplesExpireAt: instantSchema.describe('Time from which the service reads the samples from the archive'),
    sha256: z.string().describe('SHA-256 of the list of files in hex'),
    files: z.array(fileSchema),
  })
  .meta({ id: 'Archive', description: 'The raw samples of a finished run as Parquet files' });

export const archiveEndpoint = defineEndpoint({
  operationId: 'getArchive',
  method: 'get',
  path: '/v1/runs/{runId}/archive',
  tag: 'Results',
  scope: 'runs:read',
  isLarge: true,
  summary: 'Get the archive of a run',
  description:
    'Lists the Parquet files with the raw samples of a finished run, by stage, and where to download them. The archive is written after the report.',
  errors: ['CONFLICT'],
  answers: { 200: defineJsonAnswer('The archive', archiveSchema) },
  handle: async (call) => call.c.json(await getArchive(call, call.params.runId), 200),
});

async function getArchive(caller: Caller, runId: string): Promise<z.output<typeof archiveSchema>> {
  const { objects } = caller.deps;
  const { sha256, archivedAtMs, samplesExpireAtMs } = requireArchive(await getRun(caller, runId));
  const json = await objects.readRange(archiveListKey(runId), { from: 0, to: Number.MAX_SAFE_INTEGER });
  if (json === null) throw new Error(`The archive of ${runId} has no list of files`);
  const { files } = archiveListSchema.parse(JSON.parse(Buffer.from(json).toString()));
  const signed = files.map(async (file) => ({
    ...file,
    url: await objects.signGet(`${archivePrefix(runId)}${file.path}`, addressSeconds),
  }));
  const [archivedAt, samplesExpireAt] = [formatInstant(archivedAtMs), formatInstant(samplesExpireAtMs)];
  return { archivedAt, samplesExpireAt, sha256, files: await Promise.all(signed) };
}

function requireArchive(run: RunRecord): RunArchive {
  const { archive, status } = run;
  if (archive !== null) return archive;
  requireMeasured(run, 'An imported run has no archive. Its samples stay available at /samples.ndjson');
  const detail = isTerminal(status)
    ? 'The samples of the run are not archived yet. They are available at /samples.ndjson.'
    : `The run is ${status}. Its samples are archived after it is finished.`;
  throw new AppError('CONFLICT', detail, { retryAfterSeconds: 5 });
}
