import { describe, expect, test } from 'vitest';
import { advanceRun } from '../../../functions/coordinator/advance-run.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import { originMs } from '../../support/simulation/simulated-deps.ts';
import { leaseMs, openRun, resendAfterMs, storeRun } from './stored-run.ts';

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

  test('stops for its time limit when it has been active for that long', async () => {
    const { run, advance, getRun, pass } = await openRun();
    const minutes = run.spec.limits.maxDurationMs / 60_000;
    for (let minute = 0; minute < minutes; minute++) {
      await pass(60_000);
      await advance();
    }
    expect((await getRun()).stop).toBeNull();
    await pass(1);
    await advance();
    expect((await getRun()).stop).toBe('run_duration');
  });

  test('does not count an hour in which the service was down or by which the clock was set forward', async () => {
    const { run, advance, getRun, pass } = await openRun();
    await pass(run.spec.limits.maxDurationMs * 10);
    await advance();
    expect(await getRun()).toMatchObject({ stop: null, activeMs: 120_000 });
    await pass(60_000);
    await advance();
    expect(await getRun()).toMatchObject({ stop: null, activeMs: 180_000 });
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
