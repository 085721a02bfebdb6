import { describe, expect, test } from 'vitest';
import { holdLease, type LeaseSignal } from '../../../functions/worker/hold-lease.ts';
import type { BatchRecord } from '../../../shared/records/records.ts';
import { makeBatch, makeRun } from '../../contract/make-record.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

/** Stores a run with a claimed batch, and holds its lease from now on. */
async function startLease(onBeat: () => Promise<Exclude<LeaseSignal, 'lost'> | null> = async () => null) {
  const { deps, lines, pass } = createSimulation({ heartbeatMs: 1_000, leaseMs: 10_000 });
  const run = makeRun({ status: 'running' });
  const claimed = makeBatch({
    runId: run.runId,
    status: 'running',
    attempt: 2,
    leaseOwner: 'me',
    leaseExpiresAtMs: originMs + 10_000,
  });
  await deps.runs.create(run);
  await deps.batches.create(claimed);
  const progress = { ...claimed.progress };
  const signals: LeaseSignal[] = [];
  const reported: (number | null)[] = [];
  const store = { fails: false, answersAfterMs: 0, updates: 0 };
  const update: typeof deps.batches.update = async (...change) => {
    store.updates += 1;
    if (store.answersAfterMs > 0) await deps.clock.sleep(store.answersAfterMs);
    if (store.fails) throw new Error('The store does not answer');
    return deps.batches.update(...change);
  };
  const lease = holdLease(
    { ...deps, batches: { ...deps.batches, update }, reportLease: (remainingMs) => reported.push(remainingMs) },
    claimed,
    () => progress,
    onBeat,
    (signal) => signals.push(signal),
  );
  const stored = async () => {
    const batch = await deps.batches.get(claimed.runId, 0, 0);
    if (batch === null) throw new Error('The batch is gone');
    return batch;
  };
  const takeAway = (set: Partial<BatchRecord>) => deps.batches.update(claimed, {}, set);
  return { deps, run, claimed, progress, signals, reported, store, lease, stored, takeAway, lines, pass };
}

const anotherAttempt = { attempt: 3, leaseOwner: 'another', leaseExpiresAtMs: originMs + 99_000 } as const;

describe('a worker that holds its lease', () => {
  test('extends it at each heartbeat, and stores the progress', async () => {
    const { progress, lease, stored, pass } = await startLease();
    progress.ok = 7;
    await pass(999);
    expect((await stored()).leaseExpiresAtMs).toBe(originMs + 10_000);
    await pass(1);
    expect(await stored()).toMatchObject({ leaseExpiresAtMs: originMs + 11_000, progress: { ok: 7 } });
    await pass(60_000);
    expect((await stored()).leaseExpiresAtMs).toBe(originMs + 71_000);
    await lease.close();
  });

  test('writes and extends in one update', async () => {
    const { lease, stored, pass } = await startLease();
    await pass(500);
    expect(await lease.update({ blocks: { 2: 1 } })).toBe(true);
    expect(await stored()).toMatchObject({ blocks: { 2: 1 }, leaseExpiresAtMs: originMs + 10_500 });
    await lease.close();
  });

  test('reports how long it holds it: after each update, and that it needs it no more', async () => {
    const { reported, lease, pass } = await startLease();
    await pass(1_000);
    await lease.update({});
    await lease.close();
    expect(reported).toEqual([10_000, 10_000, 10_000, null]);
  });

  test('sends no heartbeat after it is closed', async () => {
    const { lease, stored, pass } = await startLease();
    await lease.close();
    await pass(60_000);
    expect((await stored()).leaseExpiresAtMs).toBe(originMs + 10_000);
  });

  test.each(['run_canceled', 'error_rate'] as const)(
    'signals within one heartbeat that the run must stop (%s), and only once',
    async (stop) => {
      const { deps, run, signals, lease, pass } = await startLease();
      await deps.runs.update(run.runId, {}, { stop });
      await pass(1_000);
      expect(signals).toEqual([stop]);
      await pass(5_000);
      expect(signals).toEqual([stop]);
      await lease.close();
    },
  );

  test('signals that the stage must stop', async () => {
    const { signals, lease, pass } = await startLease(async () => 'over_saturated');
    await pass(3_000);
    expect(signals).toEqual(['over_saturated']);
    await lease.close();
  });
});

describe('a worker that lost its lease to another worker', () => {
  test.each([
    ['by a later attempt', anotherAttempt],
    ['by another owner', { leaseOwner: 'another' }],
    ['by being queued again', { status: 'queued', attempt: 3, leaseOwner: null, leaseExpiresAtMs: null }],
  ] as const)('%s changes nothing, and signals the loss', async (_, change) => {
    const { signals, lease, stored, takeAway } = await startLease();
    await takeAway(change);
    const before = await stored();
    expect(await lease.update({ status: 'done', blocks: { 2: 9 } })).toBe(false);
    expect(await stored()).toEqual(before);
    expect(signals).toEqual(['lost']);
    await lease.close();
  });

  test('signals the loss at the next heartbeat, only once, and sends no further heartbeat', async () => {
    const { signals, reported, store, lease, takeAway, pass } = await startLease();
    await takeAway(anotherAttempt);
    await pass(1_000);
    expect(signals).toEqual(['lost']);
    expect(reported).toEqual([10_000, 0]);
    const { updates } = store;
    await pass(60_000);
    expect([signals, store.updates]).toEqual([['lost'], updates]);
    await lease.close();
  });

  test('stays lost even if the record looks like its own again', async () => {
    const { claimed, lease, stored, takeAway } = await startLease();
    await takeAway(anotherAttempt);
    await lease.update({});
    await takeAway({ attempt: claimed.attempt, leaseOwner: claimed.leaseOwner });
    expect(await lease.update({ status: 'done' })).toBe(false);
    expect((await stored()).status).toBe('running');
    await lease.close();
  });

  test.each(['the run', 'the run but not yet its batches'])(
    'treats it as lost if somebody deleted %s',
    async (deleted) => {
      const { deps, run, claimed, signals, lease, pass } = await startLease();
      await deps.runs.remove(run.runId, 1, 1);
      if (deleted !== 'the run') await deps.batches.create(claimed);
      await pass(1_000);
      expect(signals).toEqual(['lost']);
      await lease.close();
    },
  );
});

describe('a worker whose store does not answer', () => {
  test('holds its lease until it expires by its own clock, and no longer', async () => {
    const { signals, store, lines, lease, pass } = await startLease();
    store.fails = true;
    await pass(9_999);
    expect(signals).toEqual([]);
    expect(lines.filter(({ message }) => message === 'heartbeat failed')).toHaveLength(9);
    await pass(1);
    expect(signals).toEqual(['lost']);
    store.fails = false;
    expect(await lease.update({ status: 'done' })).toBe(false);
    await lease.close();
  });

  test('continues if the store answers again in time', async () => {
    const { signals, store, lease, stored, pass } = await startLease();
    store.fails = true;
    await pass(9_500);
    store.fails = false;
    await pass(60_000);
    expect(signals).toEqual([]);
    expect((await stored()).leaseExpiresAtMs).toBe(originMs + 79_000);
    await lease.close();
  });

  test('counts its lease from the request, not from the answer of a slow store', async () => {
    const { signals, store, lease, pass } = await startLease();
    store.answersAfterMs = 4_000;
    // Requested at 1 s and answered at 5 s: another worker may have the batch from 11 s on.
    await pass(5_000);
    store.answersAfterMs = 0;
    store.fails = true;
    await pass(5_999);
    expect(signals).toEqual([]);
    await pass(1);
    expect(signals).toEqual(['lost']);
    await lease.close();
  });
});
