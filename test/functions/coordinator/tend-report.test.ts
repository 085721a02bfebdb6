import { describe, expect, test } from 'vitest';
import { createCoordinator, handleDeadLetter } from '../../../functions/coordinator/coordinator.ts';
import { createFinalizer } from '../../../functions/finalizer/finalize-run.ts';
import { parseOptions } from '../../../infra/aws/options.ts';
import { buildEnvironment } from '../../../infra/aws/stack/cloud-environment.ts';
import { toSqsRecord } from '../../../infra/local/queues/event-source.ts';
import { mapKinds } from '../../../infra/message-kinds.ts';
import { loadConfig } from '../../../shared/config.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { Message } from '../../../shared/records/messages.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { makeBatch, makeRun } from '../../contract/make-record.ts';
import { makeSpec } from '../../support/factories/sample-factory.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

const minuteMs = 60_000;

/** Loads the configuration that the stack gives its functions, for the most workers: its intervals are the longest. */
function loadStackConfig() {
  const queueUrls = mapKinds(() => 'https://queue.example.com');
  const names = {
    tableName: 'table',
    bucketName: 'bucket',
    keyArn: 'key',
    apiUrl: null,
    telemetryNamespace: 'Tokenmeter',
  };
  const options = parseOptions({ maxWorkers: 1_000 });
  return loadConfig(buildEnvironment('coordinator', { ...names, queueUrls, workerQueueUrls: {} }, options));
}

const toEvent = (message: Message) => ({
  Records: [toSqsRecord({ MessageId: 'm', Body: JSON.stringify(message) }, 'arn:aws:sqs:a:1:q')],
});

/**
 * Stores a run that waits for its report. `minutes` passes time as the supervisor does: it advances the run every minute.
 * @param hangs whether finalizers never end
 */
async function waitForReport(hangs: boolean, change: (deps: Deps) => Partial<Deps>, own: Partial<RunRecord> = {}) {
  const { deps, sent, pass } = createSimulation(loadStackConfig());
  const load = { mode: 'concurrency' as const, stages: [{ concurrency: 2, requests: 4 }], warmupRequests: 0 };
  const state = { status: 'finalizing', groupIndex: 1, startedAtMs: originMs, finalizeSentAtMs: originMs } as const;
  const run = makeRun({ spec: makeSpec({ load }), ...state, ...own });
  const { runId } = run;
  await deps.runs.create(run);
  await deps.batches.create(makeBatch({ runId, status: 'done' }));
  const coordinate = createCoordinator(deps);
  const finalize = createFinalizer({ ...deps, ...change(deps) });
  let taken = 0;
  let tries = 0;
  const deliver = async (message: Message) => {
    if (message.kind !== 'finalize') return;
    tries += 1;
    const ended = finalize(toEvent(message));
    if (!hangs) await ended;
  };
  const minutes = async (count: number) => {
    for (let minute = 0; minute < count; minute++) {
      for (const { message } of sent.slice(taken)) await deliver(message);
      taken = sent.length;
      await pass(minuteMs);
      await coordinate(toEvent({ kind: 'advance', runId }));
    }
  };
  await deliver({ kind: 'finalize', runId });
  const getRun = () => deps.runs.get(runId);
  return { deps, runId, minutes, getRun, countTries: () => tries };
}

const never = () => new Promise<never>(() => {});

describe('a run whose report cannot be built', () => {
  test.each([
    ['throws', false, () => Promise.reject(new Error('a bug'))],
    ['never ends, until its process is killed', true, never],
  ])('fails within 30 minutes after few tries if the finalizer %s', async (_, hangs, put) => {
    const change = ({ reports }: Deps) => ({ reports: { ...reports, put } });
    const { minutes, getRun, countTries } = await waitForReport(hangs, change);
    await minutes(30);
    expect(await getRun()).toMatchObject({ status: 'failed', failure: { code: 'finalize_failed' } });
    expect(countTries()).toBeLessThanOrEqual(4);
  });

  test('fails within 30 minutes even if each try takes as long as it may', async () => {
    const stages = Array(10).fill({ concurrency: 64, requests: 1_000_000 });
    const spec = makeSpec({ load: { mode: 'concurrency', stages, warmupRequests: 0 } });
    const { minutes, getRun } = await waitForReport(true, () => ({ batches: { list: never } as never }), { spec });
    await minutes(30);
    expect(await getRun()).toMatchObject({ status: 'failed', failure: { code: 'finalize_failed' } });
  });
});

describe('a run whose report can be built', () => {
  test('completes after failures that end', async () => {
    let left = 2;
    const { minutes, getRun } = await waitForReport(false, ({ reports }) => ({
      reports: {
        ...reports,
        put: async (...report) => {
          left -= 1;
          if (left >= 0) throw new Error('an outage');
          return reports.put(...report);
        },
      },
    }));
    await minutes(25);
    expect(await getRun()).toMatchObject({ status: 'completed' });
  });

  test('is not failed while its message waits in the queue', async () => {
    const { deps, runId, getRun } = await waitForReport(true, () => ({ runs: { get: never } as never }));
    const coordinate = createCoordinator({ ...deps, clock: { ...deps.clock, nowMs: () => originMs + 60 * minuteMs } });
    await coordinate(toEvent({ kind: 'advance', runId }));
    expect(await getRun()).toMatchObject({ status: 'finalizing', finalizeTries: null });
  });

  test('is not failed by a dead letter while a finalizer builds it', async () => {
    const lease = { finalizeTries: 1, finalizeTriedAtMs: originMs, finalizeLeaseExpiresAtMs: originMs + 5_000 };
    const { deps, runId, getRun } = await waitForReport(true, () => ({ runs: { get: never } as never }), lease);
    await handleDeadLetter(deps, { kind: 'finalize', runId });
    expect(await getRun()).toMatchObject({ status: 'finalizing', failure: null });
  });
});
