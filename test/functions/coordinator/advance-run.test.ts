import { describe, expect, test } from 'vitest';
import { advanceRun } from '../../../functions/coordinator/advance-run.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import type { BatchRecord, RunRecord } from '../../../shared/records/records.ts';
import { runSpecSchema } from '../../../shared/spec/run-spec.ts';
import { makeRun, makeSample } from '../../contract/make-record.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

const leaseMs = 10_000;
const resendAfterMs = 60_000;
const maxBatchFailures = 2;
const target = { id: 'a', baseUrl: 'https://api.example.com/v1', model: 'm', credentialId: null };

/** Creates a queued run of two stage groups, with three batches and one batch. */
async function storeRun(change: Partial<RunRecord> = {}) {
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
async function openRun(change: Partial<RunRecord> = {}) {
  const bench = await storeRun(change);
  await bench.advance();
  bench.takeSent();
  return bench;
}

describe('the start of a run', () => {
  test('opens only the first group, with one message for each batch', async () => {
    const { deps, run, advance, getRun, getBatch, takeSent } = await storeRun();
    await advance();
    expect(takeSent()).toEqual(['batch 0/0 attempt 1', 'batch 0/1 attempt 1', 'batch 0/2 attempt 1']);
    expect(await getRun()).toMatchObject({ status: 'running', startedAtMs: originMs, groupIndex: 0 });
    expect(await getBatch(2)).toMatchObject({ status: 'queued', attempt: 1, queuedAtMs: originMs });
    expect(await deps.batches.list(run.runId)).toHaveLength(3);
  });

  test('opens the group once, with repeated and concurrent calls', async () => {
    const { deps, run, advance, takeSent } = await storeRun();
    await Promise.all(Array.from({ length: 8 }, advance));
    await advance();
    expect(takeSent().toSorted()).toEqual(['batch 0/0 attempt 1', 'batch 0/1 attempt 1', 'batch 0/2 attempt 1']);
    expect(await deps.batches.list(run.runId)).toHaveLength(3);
  });

  test('opens the missing batches after an interrupted call', async () => {
    const { deps, run, advance, takeSent } = await storeRun();
    const create = deps.batches.create;
    let created = 0;
    const dying: typeof create = (batch) => {
      created += 1;
      return created > 1 ? Promise.reject(new Error('The process was killed')) : create(batch);
    };
    await expect(
      advanceRun({ ...deps, batches: { ...deps.batches, create: dying } }, { kind: 'advance', runId: run.runId }),
    ).rejects.toThrow('killed');
    await advance();
    expect(takeSent()).toEqual(['batch 0/0 attempt 1', 'batch 0/1 attempt 1', 'batch 0/2 attempt 1']);
  });

  test.each(['completed', 'failed', 'canceled'] as const)('does nothing if the run is %s', async (status) => {
    const { advance, getRun, run, takeSent } = await storeRun({ status });
    await advance();
    expect([takeSent(), await getRun()]).toEqual([[], run]);
  });
});

describe('a batch with an expired lease', () => {
  test('gets another attempt, but not before the lease expires', async () => {
    const { advance, claim, getBatch, takeSent, pass } = await openRun();
    await claim(1);
    await pass(leaseMs);
    await advance();
    expect([takeSent(), (await getBatch(1)).attempt]).toEqual([[], 1]);
    await pass(1);
    await advance();
    expect(takeSent()).toEqual(['batch 0/1 attempt 2']);
    expect(await getBatch(1)).toMatchObject({
      ...{ status: 'queued', attempt: 2, failures: 1, leaseOwner: null, leaseExpiresAtMs: null },
      queuedAtMs: originMs + leaseMs + 1,
    });
  });

  test('gets one other attempt, with concurrent calls', async () => {
    const { advance, claim, getBatch, takeSent, pass } = await openRun();
    await claim(1);
    await pass(leaseMs + 1);
    await Promise.all(Array.from({ length: 8 }, advance));
    expect([takeSent(), (await getBatch(1)).attempt]).toEqual([['batch 0/1 attempt 2'], 2]);
  });

  test('stays with its worker if the worker extends the lease just before', async () => {
    const { deps, run, advance, claim, changeBatch, getBatch, takeSent, pass } = await openRun();
    await claim(1);
    await pass(leaseMs + 1);
    const extended = deps.clock.nowMs() + leaseMs;
    // The heartbeat arrives after the coordinator read the old lease.
    const list: typeof deps.batches.list = async (...query) => {
      const batches = await deps.batches.list(...query);
      await changeBatch(1, { leaseExpiresAtMs: extended });
      return batches;
    };
    await advanceRun({ ...deps, batches: { ...deps.batches, list } }, { kind: 'advance', runId: run.runId });
    expect(takeSent()).toEqual([]);
    expect(await getBatch(1)).toMatchObject({ status: 'running', attempt: 1, leaseExpiresAtMs: extended });
    await advance();
  });

  /** Loses the batch's worker repeatedly. Returns the batch and the sent messages. */
  async function loseWorkers(bench: Awaited<ReturnType<typeof openRun>>, times: number, onClaim = async () => {}) {
    for (let time = 0; time < times; time++) {
      await bench.claim(1);
      await onClaim();
      await bench.pass(leaseMs + 1);
      await bench.advance();
    }
    return { batch: await bench.getBatch(1), sent: bench.takeSent() };
  }

  test('ends with a named failure after too many lost workers, and is not sent again', async () => {
    const bench = await openRun();
    const { batch, sent } = await loseWorkers(bench, maxBatchFailures + 1);
    expect(sent).toEqual(['batch 0/1 attempt 2', 'batch 0/1 attempt 3']);
    expect(batch).toMatchObject({ status: 'failed', notSentReason: 'worker_lost', failure: { code: 'worker_lost' } });
  });

  test('keeps the samples that its attempts stored when it fails', async () => {
    const bench = await openRun();
    await bench.writeBlock(1, 1, 0);
    await bench.writeBlock(1, 1, 1);
    await bench.writeBlock(1, 2, 0);
    const { batch } = await loseWorkers(bench, maxBatchFailures + 1);
    expect(batch).toMatchObject({ status: 'failed', blocks: { 1: 2, 2: 1 } });
  });

  test('never fails while each attempt makes progress', async () => {
    const bench = await openRun();
    const getOn = async () => {
      const { attempt, blocks } = await bench.getBatch(1);
      await bench.changeBatch(1, { blocks: { ...blocks, [attempt]: 1 } });
    };
    const { batch } = await loseWorkers(bench, 4 * maxBatchFailures, getOn);
    expect(batch).toMatchObject({ status: 'queued', attempt: 4 * maxBatchFailures + 1, failures: 1 });
  });
});

describe('a batch whose message was lost', () => {
  test('gets a new message for the same attempt after the resend interval, but not before', async () => {
    const { advance, end, getBatch, takeSent, pass } = await openRun();
    await end(0);
    await pass(resendAfterMs - 1);
    await advance();
    expect(takeSent()).toEqual([]);
    await pass(1);
    await Promise.all(Array.from({ length: 4 }, advance));
    expect(takeSent()).toEqual(['batch 0/1 attempt 1', 'batch 0/2 attempt 1']);
    expect((await getBatch(1)).queuedAtMs).toBe(originMs + resendAfterMs);
  });
});

describe('a group', () => {
  test('is followed by the next group only after all its batches have ended', async () => {
    const { deps, run, advance, claim, end, getRun, takeSent } = await openRun();
    await end(0);
    await claim(1);
    await end(2);
    await advance();
    expect([takeSent(), (await getRun()).groupIndex]).toEqual([[], 0]);
    await end(1);
    await Promise.all(Array.from({ length: 4 }, advance));
    expect([takeSent(), (await getRun()).groupIndex]).toEqual([['batch 1/0 attempt 1'], 1]);
    expect(await deps.batches.list(run.runId)).toHaveLength(4);
  });

  test('that is the last is followed by one finalize message, with concurrent calls', async () => {
    const { advance, end, getRun, takeSent } = await openRun();
    for (const batch of [0, 1, 2]) await end(batch);
    await advance();
    await end(0, 1);
    takeSent();
    await Promise.all(Array.from({ length: 8 }, advance));
    expect([takeSent(), (await getRun()).status]).toEqual([['finalize'], 'finalizing']);
  });

  test('that is the last is followed by one finalize message, also after an interrupted call', async () => {
    const { deps, run, advance, takeSent } = await openRun();
    await deps.runs.update(run.runId, {}, { groupIndex: 2 });
    await Promise.all(Array.from({ length: 8 }, advance));
    expect(takeSent()).toEqual(['finalize']);
  });
});

describe('a stopped run', () => {
  test('ends queued batches with the reason, waits for running ones, and is then finalized', async () => {
    const { deps, run, advance, claim, end, writeBlock, getBatch, getRun, takeSent } = await openRun();
    await claim(0);
    await writeBlock(1, 1);
    await deps.runs.update(run.runId, {}, { stop: 'run_canceled' });
    await advance();
    const closed = { status: 'done', notSentReason: 'run_canceled' };
    expect([await getBatch(1), await getBatch(2)]).toMatchObject([{ ...closed, blocks: { 1: 1 } }, closed]);
    expect([takeSent(), (await getBatch(0)).status, (await getRun()).status]).toEqual([[], 'running', 'running']);
    await end(0);
    await advance();
    expect([takeSent(), (await getRun()).status]).toEqual([['finalize'], 'finalizing']);
  });

  test('ends the batch of a lost worker with the reason, without another attempt', async () => {
    const { deps, run, advance, claim, end, getBatch, takeSent, pass } = await openRun();
    await claim(0);
    for (const batch of [1, 2]) await end(batch);
    await deps.runs.update(run.runId, {}, { stop: 'error_rate' });
    await pass(leaseMs + 1);
    await advance();
    expect(await getBatch(0)).toMatchObject({ status: 'done', notSentReason: 'error_rate' });
    await advance();
    expect(takeSent()).toEqual(['finalize']);
  });

  test('is finalized without a batch if it has not started', async () => {
    const { deps, run, advance, takeSent } = await storeRun({ stop: 'run_canceled' });
    await advance();
    expect([takeSent(), await deps.batches.list(run.runId)]).toEqual([['finalize'], []]);
  });

  test('opens no further group', async () => {
    const { deps, run, advance, end, getRun, takeSent } = await openRun();
    for (const batch of [0, 1, 2]) await end(batch);
    await deps.runs.update(run.runId, {}, { stop: 'cost_cap' });
    await advance();
    expect([takeSent(), (await getRun()).groupIndex]).toEqual([['finalize'], 0]);
  });

  test('stops for its time limit when the limit is reached', async () => {
    const { run, advance, getRun, pass } = await openRun();
    const { maxDurationMs } = run.spec.limits;
    await pass(maxDurationMs);
    await advance();
    expect((await getRun()).stop).toBeNull();
    await pass(1);
    await advance();
    expect((await getRun()).stop).toBe('run_duration');
  });
});

describe('a finalizing run', () => {
  test('gets a new finalize message after the resend interval, but not before', async () => {
    const plan = planRun((await storeRun()).run.spec, { maxStreamsPerWorker: 10 });
    const { advance, takeSent, pass } = await storeRun({
      ...{ status: 'finalizing', groupIndex: plan.length, finalizeSentAtMs: originMs },
    });
    await pass(resendAfterMs - 1);
    await advance();
    expect(takeSent()).toEqual([]);
    await pass(1);
    await Promise.all(Array.from({ length: 4 }, advance));
    expect(takeSent()).toEqual(['finalize']);
  });
});
