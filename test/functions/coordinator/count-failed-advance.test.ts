import { describe, expect, test } from 'vitest';
import { createCoordinator } from '../../../functions/coordinator/coordinator.ts';
import { toSqsRecord } from '../../../infra/local/queues/event-source.ts';
import type { Deps } from '../../../shared/ports.ts';
import { openRun } from './stored-run.ts';

const minuteMs = 60_000;

/** Opens a run. `advance` handles a message like the Lambda function, and `setBroken` makes its reads of batches fail. */
async function openBench() {
  const bench = await openRun();
  const { deps, run } = bench;
  let isBroken = false;
  const list: Deps['batches']['list'] = (runId, stageIndex) =>
    // The coordinator lists the batches of a stage; giving up lists those of the run.
    isBroken && stageIndex !== undefined ? Promise.reject(new Error('a bug')) : deps.batches.list(runId, stageIndex);
  const coordinate = createCoordinator({ ...deps, batches: { ...deps.batches, list } });
  const advance = (receiveCount = 1) => {
    const Attributes = { ApproximateReceiveCount: String(receiveCount) };
    const message = { MessageId: 'm', Attributes, Body: JSON.stringify({ kind: 'advance', runId: run.runId }) };
    return coordinate({ Records: [toSqsRecord(message, 'arn:aws:sqs:a:1:q')] });
  };
  const minutes = async (count: number, receiveCount = 1) => {
    for (let minute = 0; minute < count; minute++) {
      await advance(receiveCount);
      await bench.pass(minuteMs);
    }
  };
  const setBroken = (value: boolean) => {
    isBroken = value;
  };
  return { ...bench, advance, minutes, setBroken };
}

describe('a run that cannot be advanced', () => {
  test('ends with a report after a quarter of an hour, and its workers lose their batches', async () => {
    const { minutes, setBroken, claim, getRun, getBatch, takeSent } = await openBench();
    await claim(1);
    setBroken(true);
    await minutes(16);
    const failure = { code: 'advance_failed', message: expect.stringContaining('failed repeatedly') };
    expect(await getRun()).toMatchObject({ status: 'finalizing', failure, stop: null });
    expect(takeSent()).toEqual(['finalize']);
    for (const batch of [0, 1, 2])
      expect(await getBatch(batch)).toMatchObject({ status: 'failed', attempt: 2, notSentReason: 'worker_failed' });
  });

  test('continues after an outage of ten minutes, and the count restarts', async () => {
    const { minutes, setBroken, getRun } = await openBench();
    for (let outage = 0; outage < 3; outage++) {
      setBroken(true);
      await minutes(10);
      expect(await getRun()).toMatchObject({ advanceFailures: 10 });
      setBroken(false);
      await minutes(1);
      expect(await getRun()).toMatchObject({ status: 'running', advanceFailures: null, advanceFailingSinceMs: null });
    }
  });

  test('continues if only a few advances failed, however far apart', async () => {
    const { advance, setBroken, getRun, pass } = await openBench();
    setBroken(true);
    await advance();
    await pass(3_600_000);
    await advance();
    expect(await getRun()).toMatchObject({ status: 'running', advanceFailures: 2 });
  });
});

describe('an advance whose invocations die', () => {
  test('is counted when its message arrives again', async () => {
    const { deps, run, getRun } = await openBench();
    const stuck = createCoordinator({ ...deps, batches: { ...deps.batches, list: () => new Promise(() => {}) } });
    const receive = (count: string) => {
      const Attributes = { ApproximateReceiveCount: count };
      const message = { MessageId: 'm', Attributes, Body: JSON.stringify({ kind: 'advance', runId: run.runId }) };
      void stuck({ Records: [toSqsRecord(message, 'arn:aws:sqs:a:1:q')] });
    };
    receive('1');
    receive('2');
    await expect.poll(async () => (await getRun()).advanceFailures).toBe(1);
  });
});
