import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { archiveVersion, type FilePiece } from '../../shared/archive/parquet-form.ts';
import { writeEventFile } from '../../shared/archive/write-event-file.ts';
import { writeSampleFile } from '../../shared/archive/write-sample-file.ts';
import { planRun, type StagePlan } from '../../shared/plan/plan-run.ts';
import type { ArchiveMessage } from '../../shared/records/messages.ts';
import { isTerminal, type RunRecord } from '../../shared/records/records.ts';
import type { ArchiveFile, ArchiveList, RunArchive } from '../../shared/records/run-archive.ts';
import { archiveListKey, archivePrefix, buildArchivePath } from '../../shared/runs/archive-keys.ts';
import { forEachConcurrently } from '../../shared/runs/for-each-concurrently.ts';
import { batchesAtOnce, readStageSamples } from '../../shared/runs/read-stage-columns.ts';

import type { FinalizerDeps } from './compose.ts';

const dayMs = 86_400_000;

/**
 * Archives the samples of a finished run, and then lets them expire from the table. A repeated call writes the same
 * files. Reads one batch at a time. If the run was deleted, removes what an earlier call wrote.
 */
export async function archiveRun(deps: FinalizerDeps, { runId }: ArchiveMessage): Promise<void> {
  const run = await deps.runs.get(runId);
  if (run === null) return removeArchive(deps, runId);
  if (!isTerminal(run.status)) return;
  const archive = run.archive ?? (await storeArchive(deps, run));
  if (archive === null) return;
  for (const { stageIndex, batches } of planRun(run.spec, run))
    await forEachConcurrently(batches, batchesAtOnce, ({ batchIndex }) =>
      deps.blocks.expire({ runId, stageIndex, batchIndex }, archive.samplesExpireAtMs),
    );
}

/** Writes the files, their list, and last the run record. Returns null if the run was deleted in the meantime. */
async function storeArchive(deps: FinalizerDeps, run: RunRecord): Promise<RunArchive | null> {
  const { runId, manifestSha256 } = run;
  const startMs = deps.clock.monotonicMs();
  const files: ArchiveFile[] = [];
  for (const stage of planRun(run.spec, run)) {
    const { stageIndex, levelIndex } = stage;
    const targetId = run.spec.targets[stage.targetIndex]?.id ?? '';
    const samples = writeSampleFile({ runId, stageIndex, targetId, levelIndex }, readStageSamples(deps, run, stage));
    files.push(await storeFile(deps, run, { kind: 'samples', stageIndex }, samples));
    const events = writeEventFile({ runId, stageIndex }, readTimelines(deps, run, stage));
    files.push(await storeFile(deps, run, { kind: 'events', stageIndex }, events));
  }
  const list: ArchiveList = { archiveVersion, runId, manifestSha256, files };
  const json = canonicalize(list) ?? '';
  await deps.objects.put(archiveListKey(runId), Buffer.from(json), { contentType: 'application/json' });
  const archivedAtMs = deps.clock.nowMs();
  const archive: RunArchive = {
    sha256: createHash('sha256').update(json).digest('hex'),
    archivedAtMs,
    samplesExpireAtMs: archivedAtMs + deps.config.sampleRetentionDays * dayMs,
  };
  const rows = files.reduce((sum, file) => sum + (file.kind === 'samples' ? file.rows : 0), 0);
  deps.logger.info('samples archived', { runId, rows, durationMs: deps.clock.monotonicMs() - startMs });
  if ((await deps.runs.update(runId, { archive: null }, { archive })) !== null) return archive;
  const present = await deps.runs.get(runId);
  if (present === null) await removeArchive(deps, runId);
  return present?.archive ?? null;
}

/** Stores a file while it is written. Returns its entry in the list of files. */
async function storeFile(
  { objects }: Pick<FinalizerDeps, 'objects'>,
  { runId }: Pick<RunRecord, 'runId'>,
  file: Pick<ArchiveFile, 'kind' | 'stageIndex'>,
  pieces: AsyncIterable<FilePiece>,
): Promise<ArchiveFile> {
  const path = buildArchivePath(file);
  const hash = createHash('sha256');
  let rows = 0;
  async function* passBytes() {
    for await (const { bytes, rows: own } of pieces) {
      hash.update(bytes);
      rows += own;
      yield bytes;
    }
  }
  const contentType = 'application/vnd.apache.parquet';
  const bytes = await objects.put(`${archivePrefix(runId)}${path}`, passBytes(), { contentType });
  return { ...file, path, rows, bytes, sha256: hash.digest('hex') };
}

async function* readTimelines(deps: FinalizerDeps, { runId }: RunRecord, { stageIndex }: StagePlan) {
  for (const { batchIndex, blocks } of await deps.batches.list(runId, stageIndex))
    yield* deps.blocks.readTimelines(runId, stageIndex, batchIndex, blocks);
}

async function removeArchive({ objects }: Pick<FinalizerDeps, 'objects'>, runId: string): Promise<void> {
  while (await objects.removeSome(archivePrefix(runId)));
}
