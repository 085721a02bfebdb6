import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, type TestContext, test, vi } from 'vitest';
import { toSqsRecord } from '../../../../infra/local/queues/event-source.ts';
import { createWorkerPool, type WorkerPoolOptions } from '../../../../infra/local/workers/worker-pool.ts';
import { createRecordingLogger } from '../../../support/simulation/recording-logger.ts';

const entry = fileURLToPath(new URL('../fixtures/scripted-worker.ts', import.meta.url));
const within = { timeout: 20_000, interval: 10 };

function poolWith({ onTestFinished }: TestContext, options: Partial<WorkerPoolOptions> = {}) {
  const pool = createWorkerPool({
    entry,
    environment: {},
    timeLimitMs: 60_000,
    lostLeaseGraceMs: 60_000,
    maxWorkers: 4,
    idleMs: 60_000,
    logger: createRecordingLogger(),
    ...options,
  });
  onTestFinished(() => pool.close(0));
  return pool;
}

function buildEvent(body: string): SQSEvent {
  return {
    Records: [
      toSqsRecord({ MessageId: 'm1', ReceiptHandle: 'r1', Body: body }, 'arn:aws:sqs:us-east-1:000000000000:q'),
    ],
  };
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.concurrent('the worker pool', () => {
  test('runs an event in another process, and reuses that process', async (context) => {
    const pool = poolWith(context);
    expect(await pool.invoke(buildEvent('part m1'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    const pids = pool.pids();
    expect(pids).toHaveLength(1);
    expect(pids).not.toContain(process.pid);
    await pool.invoke(buildEvent('ok'));
    expect(pool.pids()).toEqual(pids);
  });

  test('grows to the limit, with one event for each worker, and refuses more', async (context) => {
    const pool = poolWith(context, { maxWorkers: 2 });
    const hanging = [pool.invoke(buildEvent('hang')), pool.invoke(buildEvent('hang'))];
    const outcomes = Promise.allSettled(hanging);
    expect(new Set(pool.pids()).size).toBe(2);
    await expect(pool.invoke(buildEvent('ok'))).rejects.toThrow('All workers are busy');
    await pool.close(0);
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });

  test('rejects with the error of the handler, and keeps the worker', async (context) => {
    const pool = poolWith(context);
    await expect(pool.invoke(buildEvent('fail'))).rejects.toThrow('as requested');
    const pids = pool.pids();
    await pool.invoke(buildEvent('ok'));
    expect(pool.pids()).toEqual(pids);
  });

  test('rejects when the worker is killed, and replaces it', async (context) => {
    const pool = poolWith(context);
    await expect(pool.invoke(buildEvent('die'))).rejects.toThrow('SIGKILL');
    expect(await pool.invoke(buildEvent('ok'))).toEqual({ batchItemFailures: [] });
  });

  test('replaces an idle worker that died', async (context) => {
    const pool = poolWith(context);
    await pool.invoke(buildEvent('ok'));
    const [pid] = pool.pids();
    process.kill(pid ?? 0, 'SIGKILL');
    await vi.waitFor(() => expect(pool.pids()).toEqual([]), within);
    expect(await pool.invoke(buildEvent('ok'))).toEqual({ batchItemFailures: [] });
  });

  test('counts down the time limit, and kills a handler that exceeds it', async (context) => {
    const pool = poolWith(context, { timeLimitMs: 2_000 });
    const remaining = await pool.invoke(buildEvent('remain')).catch((error: Error) => Number(error.message));
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(2_000);
    await expect(pool.invoke(buildEvent('hang'))).rejects.toThrow('SIGKILL');
  });

  test('kills a worker that lost its lease, by its own account or by silence, and does not end', async (context) => {
    const pool = poolWith(context, { lostLeaseGraceMs: 100 });
    await expect(pool.invoke(buildEvent('lose'))).rejects.toThrow('SIGKILL');
    await expect(pool.invoke(buildEvent('block'))).rejects.toThrow('SIGKILL');
  });

  test('leaves a worker alone that renews its lease, and one that ends soon after a loss', async (context) => {
    const pool = poolWith(context, { lostLeaseGraceMs: 2_000 });
    await pool.invoke(buildEvent('renew 3000'));
    await pool.invoke(buildEvent('lose 100'));
    const pids = pool.pids();
    await pool.invoke(buildEvent('work 3000'));
    expect(pool.pids()).toEqual(pids);
  });

  test('ends a worker that was idle for too long', async (context) => {
    const pool = poolWith(context, { idleMs: 50 });
    await pool.invoke(buildEvent('ok'));
    const [pid] = pool.pids();
    await vi.waitFor(() => expect(lives(pid ?? 0)).toBe(false), within);
    expect(pool.pids()).toEqual([]);
  });

  test('waits for running handlers when it closes', async (context) => {
    const pool = poolWith(context);
    const working = pool.invoke(buildEvent('work 300'));
    await vi.waitFor(() => expect(pool.pids()).toHaveLength(1), within);
    const [pid] = pool.pids();
    await pool.close(20_000);
    expect(await working).toEqual({ batchItemFailures: [] });
    expect(lives(pid ?? 0)).toBe(false);
  });

  test('kills handlers that exceed the grace period when it closes, and reports their records as failed', async (context) => {
    const pool = poolWith(context);
    const hanging = pool.invoke(buildEvent('hang'));
    await pool.close(100);
    expect(await hanging).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(pool.pids()).toEqual([]);
  });

  test('loads workers before they are needed', async (context) => {
    const pool = poolWith(context);
    pool.warm(2);
    const pids = pool.pids();
    expect(pids).toHaveLength(2);
    await pool.invoke(buildEvent('ok'));
    expect(pool.pids().toSorted()).toEqual(pids.toSorted());
  });

  test('logs any output of a worker that is not a log line', async (context) => {
    const logger = createRecordingLogger();
    const pool = poolWith(context, { logger });
    await pool.invoke(buildEvent('say oops'));
    await vi.waitFor(() => expect(logger.lines).toHaveLength(1), within);
    expect(logger.lines[0]).toMatchObject({ level: 'warn', fields: { line: 'oops', workerPid: pool.pids()[0] } });
  });

  test('a worker ends when its parent is killed', async () => {
    const parent = fork(fileURLToPath(new URL('../fixtures/pool-parent.ts', import.meta.url)), [entry], {
      execArgv: [],
    });
    const pid = await new Promise<number>((resolve) => parent.once('message', (told) => resolve(Number(told))));
    expect(lives(pid)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(lives(pid)).toBe(false), within);
  });
});
