import { advanceRun } from '../../../functions/coordinator/advance-run.ts';
import type { BatchRecord, RunRecord } from '../../../shared/records/records.ts';
import { runSpecSchema } from '../../../shared/spec/run-spec.ts';
import { makeRun, makeSample } from '../../contract/make-record.ts';
import { createSimulation } from '../../support/simulation/simulated-deps.ts';

export const leaseMs = 10_000;
export const resendAfterMs = 60_000;
export const maxBatchFailures = 2;
export const target = { id: 'a', baseUrl: 'https://api.example.com/v1', model: 'm', credentialId: null };

/** Creates a queued run of two stage groups, with three batches and one batch. */
export async function storeRun(change: Partial<RunRecord> = {}) {
  const simulation = createSimulation({ leaseMs, resendAfterMs, maxBatchFailures });
  const { deps, sent, pass } = simulation;
  const stages = [
    { concurrency: 30, requests: 300 },
    { concurrency: 10, requests: 100 },
  ];
  const run = makeRun({
    maxStreamsPerWorker: 10,
    spec: runSpecSchema.parse({ seed: 7, targets: [target], load: { mode: 'concurrency', stages } }),
    ...change,
  });
  await deps.runs.create(run);
  const { runId } = run;
  const advance = () => advanceRun(deps, { kind: 'advance', runId });
  const getRun = async () => {
    const stored = await deps.runs.get(runId);
    if (stored === null) throw new Error('The run is gone');
    return stored;
  };
  const getBatch = async (batch: number, stage = 0) => {
    const stored = await deps.batches.get(runId, stage, batch);
    if (stored === null) throw new Error('The batch is gone');
    return stored;
  };
  /** Updates a batch like a worker. */
  const changeBatch = (batchIndex: number, set: Partial<BatchRecord>, stageIndex = 0) =>
    deps.batches.update({ runId, stageIndex, batchIndex }, {}, set);
  const claim = async (batch: number) => {
    const leaseExpiresAtMs = deps.clock.nowMs() + leaseMs;
    await changeBatch(batch, { status: 'running', leaseOwner: `worker ${batch}`, leaseExpiresAtMs });
  };
  const end = (batch: number, stage = 0) =>
    changeBatch(batch, { status: 'done', leaseOwner: null, leaseExpiresAtMs: null }, stage);
  const writeBlock = (batchIndex: number, attempt: number, sequence = 0) =>
    deps.blocks.put({ runId, stageIndex: 0, batchIndex, attempt, sequence }, [makeSample({ batchIndex, attempt })], []);
  /** Returns the messages sent since the last call, in short form. */
  let told = 0;
  const takeSent = () => {
    const fresh = sent.slice(told).map(({ message }) => message);
    told = sent.length;
    return fresh.map((message) =>
      message.kind === 'batch'
        ? `batch ${message.stageIndex}/${message.batchIndex} attempt ${message.attempt}`
        : message.kind,
    );
  };
  return { deps, run, advance, getRun, getBatch, changeBatch, claim, end, writeBlock, takeSent, pass };
}

/** Creates a run whose first group is open and whose messages were taken. */
export async function openRun(change: Partial<RunRecord> = {}) {
  const bench = await storeRun(change);
  await bench.advance();
  bench.takeSent();
  return bench;
}
