import { advanceRun } from '../../../functions/coordinator/advance-run.ts';
import type { ItemTable } from '../../../shared/adapters/dynamodb/item-table.ts';
import type { Config } from '../../../shared/config.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { runSpecSchema } from '../../../shared/spec/run-spec.ts';
import { makeRun } from '../../contract/make-record.ts';
import { createSimulation } from '../../support/simulation/simulated-deps.ts';
import { target } from './stored-run.ts';

/** Opens a service whose runs have one group for each number of workers, with ten streams in each worker. */
export function openService(limits: Partial<Config>, table?: ItemTable) {
  const { deps, sent, pass } = createSimulation(limits, table);
  const create = async (tenantId: string, widths: readonly number[], change: Partial<RunRecord> = {}) => {
    const stages = widths.map((width) => ({ concurrency: width * 10, requests: width * 10 }));
    const spec = runSpecSchema.parse({ seed: 7, targets: [target], load: { mode: 'concurrency', stages } });
    const run = makeRun({ tenantId, maxStreamsPerWorker: 10, spec, createdAtMs: deps.clock.nowMs(), ...change });
    await deps.runs.create(run);
    return run;
  };
  const advance = ({ runId }: Pick<RunRecord, 'runId'>) => advanceRun(deps, { kind: 'advance', runId });
  const listOpen = async ({ runId }: RunRecord) =>
    (await deps.batches.list(runId)).filter(({ status }) => status === 'queued');
  const endGroup = async (run: RunRecord) => {
    for (const batch of await listOpen(run)) await deps.batches.update(batch, {}, { status: 'done' });
  };
  const get = async ({ runId }: RunRecord) => {
    const run = await deps.runs.get(runId);
    if (run === null) throw new Error('The run is gone');
    return run;
  };
  return { deps, sent, pass, create, advance, listOpen, endGroup, get };
}
