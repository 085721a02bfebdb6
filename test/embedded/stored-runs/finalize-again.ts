import { finalizeRun } from '../../../functions/finalizer/finalize-run.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import type { StoredTable } from './open-stored-table.ts';

export async function readRun({ deps }: StoredTable, runId: string): Promise<RunRecord> {
  const run = await deps.runs.get(runId);
  if (run === null) throw new Error(`The fixture has no run ${runId}`);
  return run;
}

/** Resets a run to the end of its stages and the clock to the end of the run, and builds the report from its samples. */
export async function finalizeAgain(table: StoredTable, { runId, endedAtMs }: RunRecord): Promise<void> {
  const { deps, clock } = table;
  if (endedAtMs === null) throw new Error(`Run ${runId} has not ended`);
  clock.atMs = endedAtMs;
  const open = { status: 'finalizing', endStatus: null, endedAtMs: null, failure: null, verdict: null } as const;
  await deps.runs.update(runId, {}, { ...open, trust: null, trustReasons: [] });
  await deps.reports.put(runId, 'none');
  const queue = { ...deps.queue, send: async () => undefined };
  await finalizeRun({ ...deps, queue }, { kind: 'finalize', runId });
}

/** Returns the report that was just stored, and restores the original, because comparisons contain its digest. */
export async function takeReport({ deps }: StoredTable, runId: string, original: string): Promise<string> {
  const report = await deps.reports.get(runId);
  await deps.reports.put(runId, original);
  if (report === null) throw new Error(`No report of run ${runId} was stored`);
  return report;
}
