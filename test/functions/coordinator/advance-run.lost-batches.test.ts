import { describe, expect, test } from 'vitest';
import { advanceRun } from '../../../functions/coordinator/advance-run.ts';
import { originMs } from '../../support/simulation/simulated-deps.ts';
import { leaseMs, maxBatchFailures, openRun, resendAfterMs } from './stored-run.ts';

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

  test('gets another attempt if the clock was set back, so that the lease would end in an hour', async () => {
    const { advance, changeBatch, claim, getBatch, takeSent, deps } = await openRun();
    await claim(1);
    await changeBatch(1, { leaseExpiresAtMs: deps.clock.nowMs() + 3_600_000 });
    await advance();
    expect(takeSent()).toEqual(['batch 0/1 attempt 2']);
    expect((await getBatch(1)).leaseExpiresAtMs).toBeNull();
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
