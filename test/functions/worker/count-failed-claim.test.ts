import { describe, expect, test } from 'vitest';
import { createCoordinator } from '../../../functions/coordinator/coordinator.ts';
import { createWorker } from '../../../functions/worker/run-batch.ts';
import { toSqsRecord } from '../../../infra/local/queues/event-source.ts';
import type { Message } from '../../../shared/records/messages.ts';
import { makeBatch, makeRun } from '../../contract/make-record.ts';
import { makeSpec } from '../../support/factories/sample-factory.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

const toEvent = (message: Message) => ({
  Records: [toSqsRecord({ MessageId: 'm', Body: JSON.stringify(message) }, 'arn:aws:sqs:a:1:q')],
});

describe('a batch that no worker can claim', () => {
  test('fails after few tries, and a message of an earlier attempt is not counted', async () => {
    const { deps } = createSimulation();
    const load = { mode: 'concurrency' as const, stages: [{ concurrency: 2, requests: 4 }], warmupRequests: 0 };
    const run = makeRun({ spec: makeSpec({ load }), status: 'running', startedAtMs: originMs });
    const { runId } = run;
    await deps.runs.create(run);
    await deps.stages.open({ runId, stageIndex: 0, openedAtMs: originMs });
    await deps.batches.create(makeBatch({ runId, attempt: 2, queuedAtMs: originMs }));
    const get = () => Promise.reject(new Error('a bug'));
    const work = createWorker({ ...deps, runs: { ...deps.runs, get } });
    const receive = (attempt: number) =>
      work(toEvent({ kind: 'batch', runId, stageIndex: 0, batchIndex: 0, attempt }), {
        getRemainingTimeInMillis: () => 900_000,
      });
    expect(await receive(1)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
    expect(await deps.batches.get(runId, 0, 0)).toMatchObject({ failures: 0 });
    for (let time = 0; time <= deps.config.maxBatchFailures; time++) await receive(2);
    await createCoordinator(deps)(toEvent({ kind: 'advance', runId }));
    expect(await deps.batches.get(runId, 0, 0)).toMatchObject({
      status: 'failed',
      failure: { code: 'worker_failed', message: expect.stringContaining('could not start') },
    });
  });
});
