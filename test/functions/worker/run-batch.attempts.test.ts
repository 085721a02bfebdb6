import { expect, test } from 'vitest';
import { createWorker } from '../../../functions/worker/run-batch.ts';
import { toSqsRecord } from '../../../infra/local/queues/event-source.ts';
import { countMostAttempts } from '../../../shared/plan/count-most-attempts.ts';
import { makeBatch, makeRun } from '../../contract/make-record.ts';
import { makeSpec } from '../../support/factories/sample-factory.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

test('a batch is not handed over forever: it fails after the most attempts that its plan allows', async () => {
  const { deps, sent } = createSimulation();
  const load = { mode: 'concurrency' as const, stages: [{ concurrency: 2, requests: 4 }], warmupRequests: 0 };
  const run = makeRun({ spec: makeSpec({ load }), status: 'running', startedAtMs: originMs });
  const { runId } = run;
  const most = countMostAttempts({ count: 4, warmupCount: 0 }, deps.config.maxBatchFailures);
  expect(most).toBe(15);
  await deps.runs.create(run);
  await deps.stages.open({ runId, stageIndex: 0, openedAtMs: originMs });
  await deps.batches.create(makeBatch({ runId, attempt: most - 1, queuedAtMs: originMs }));
  // The instrument of the simulation throws, so each attempt ends with an error.
  const work = (attempt: number) => {
    const Body = JSON.stringify({ kind: 'batch', runId, stageIndex: 0, batchIndex: 0, attempt });
    const Records = [toSqsRecord({ MessageId: 'm', Body }, 'arn:aws:sqs:a:1:q')];
    return createWorker(deps)({ Records }, { getRemainingTimeInMillis: () => 900_000 });
  };
  await work(most - 1);
  expect(await deps.batches.get(runId, 0, 0)).toMatchObject({ status: 'queued', attempt: most });
  sent.length = 0;
  await work(most);
  expect(await deps.batches.get(runId, 0, 0)).toMatchObject({ status: 'failed', failure: { code: 'no_progress' } });
  expect(sent.map(({ message }) => message.kind)).toEqual(['advance']);
});
