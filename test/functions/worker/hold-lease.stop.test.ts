import { describe, expect, test } from 'vitest';
import { holdLease, type Lease } from '../../../functions/worker/hold-lease.ts';
import { paceWorkers } from '../../../shared/runs/pace-workers.ts';
import { makeBatch, makeRun } from '../../contract/make-record.ts';
import { createSimulation } from '../../support/simulation/simulated-deps.ts';

const workers = 1_000;
/** Read units per second of one partition of DynamoDB. */
const partitionReads = 3_000;

/** Starts the leases of all workers of a run within 1.5 s, and returns the number of signals and of reads so far. */
async function startGroup() {
  const waits = { readyTimeoutMs: 60_000, resendAfterMs: 60_000, workerStartsPerMinute: 0 };
  const pace = paceWorkers({ heartbeatMs: 1_000, leaseMs: 10_000, ...waits }, workers);
  const { deps, pass } = createSimulation(pace);
  const run = makeRun({ status: 'running' });
  await deps.runs.create(run);
  const counts = { signals: 0, reads: 0 };
  const runs = {
    ...deps.runs,
    peekStop: (runId: string) => {
      counts.reads += 1;
      return deps.runs.peekStop(runId);
    },
  };
  const leases: Lease[] = [];
  for (let batchIndex = 0; batchIndex < workers; batchIndex++) {
    const claimed = makeBatch({ runId: run.runId, batchIndex, status: 'running', leaseOwner: 'me' });
    const onSignal = () => {
      counts.signals += 1;
    };
    leases.push(
      holdLease(
        { ...deps, runs },
        claimed,
        () => claimed.progress,
        async () => null,
        onSignal,
      ),
    );
    if (batchIndex % 100 === 99) await pass(150);
  }
  return { deps, run, pass, counts, close: () => Promise.all(leases.map((lease) => lease.close())) };
}

describe('a run of 1,000 workers', () => {
  test('is canceled at all of them within two seconds', async () => {
    const { deps, run, pass, counts, close } = await startGroup();
    await pass(700);
    expect(counts.signals).toBe(0);
    await deps.runs.update(run.runId, { status: 'running', stop: null }, { stop: 'run_canceled' });
    await pass(2_000);
    expect(counts.signals).toBe(workers);
    await close();
  });

  test('reads its stop far less often than one partition allows', async () => {
    const { pass, counts, close } = await startGroup();
    counts.reads = 0;
    await pass(3_000);
    expect(counts.reads / 3).toBeLessThan(partitionReads / 3);
    await close();
  });
});
