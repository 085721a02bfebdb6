import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { archiveRun } from '../../functions/finalizer/archive-run.ts';
import { finalizeRun } from '../../functions/finalizer/finalize-run.ts';
import { archivePrefix } from '../../shared/runs/archive-keys.ts';
import { fillRun, runId } from '../support/factories/fill-run.ts';
import { createMemoryObjects } from '../support/simulation/memory-objects.ts';
import { createSimulation } from '../support/simulation/simulated-deps.ts';
import { compareWithReport } from './compare-with-report.ts';

/*
 * `npm run test:parquet`: writes the archive of a run of 10,000 requests, and compares the percentiles of its report with
 * those that DuckDB and pandas compute from the Parquet files. Installs both with pip.
 */

const samples = 10_000;
const flushMs = 2_000;

const objects = createMemoryObjects();
const deps = { ...createSimulation().deps, objects };
await fillRun(deps, samples, flushMs, () => undefined);
await finalizeRun(deps, { kind: 'finalize', runId });
await archiveRun(deps, { kind: 'archive', runId });

const folder = await mkdtemp(join(tmpdir(), 'tokenmeter-parquet-'));
try {
  await writeFile(join(folder, 'report.json'), (await deps.reports.get(runId)) ?? '');
  for (const key of objects.keys()) {
    const file = join(folder, key.slice(archivePrefix(runId).length));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, (await objects.readRange(key, { from: 0, to: Number.MAX_SAFE_INTEGER })) ?? '');
  }
  console.log(await compareWithReport(folder));
} finally {
  await rm(folder, { recursive: true });
}
