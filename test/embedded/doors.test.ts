import type { SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCoordinator } from '../../functions/coordinator/coordinator.ts';
import { createFinalizer } from '../../functions/finalizer/finalize-run.ts';
import { createNotifier } from '../../functions/notifier/deliver-webhook.ts';
import { createSupervisor } from '../../functions/supervisor/supervisor.ts';
import { createWorker } from '../../functions/worker/run-batch.ts';
import { toSqsRecord } from '../../infra/local/queues/event-source.ts';
import { createLocalContext } from '../../infra/local/workers/answer-invocations.ts';
import { deriveId } from '../../shared/ids/ids.ts';
import { buildBatch } from '../../shared/records/manifest.ts';
import { deadLetterSuffix } from '../../shared/records/messages.ts';
import { type Pipeline, startPipeline } from '../support/service/pipeline.ts';

const arn = 'arn:aws:sqs:us-east-1:000000000000:tokenmeter-advance';
const runId = deriveId('run', 'nobody');
const spec = {
  seed: 1,
  targets: [{ id: 'one', baseUrl: 'http://127.0.0.1:9/v1', model: 'm', credentialId: null }],
  load: { mode: 'concurrency', stages: [{ concurrency: 1, requests: 2 }], warmupRequests: 0 },
};
let pipeline: Pipeline;

beforeEach(async () => {
  pipeline = await startPipeline();
});

afterEach(() => pipeline.close());

function makeEvent(queueArn: string, ...bodies: unknown[]): SQSEvent {
  const text = (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body));
  return {
    Records: bodies.map((body, position) => toSqsRecord({ MessageId: `m${position}`, Body: text(body) }, queueArn)),
  };
}

describe('queue handlers', () => {
  test('each handles its own kind of message, and fails only the records of other kinds', async () => {
    const { deps } = pipeline;
    const deliveryId = deriveId('delivery', 'nobody');
    const messages = {
      advance: { kind: 'advance', runId },
      batch: { kind: 'batch', runId, stageIndex: 0, batchIndex: 0, attempt: 1 },
      finalize: { kind: 'finalize', runId },
      deliver: { kind: 'deliver', tenantId: deriveId('tenant', 'nobody'), deliveryId },
    };
    const worker = createWorker(deps);
    const context = createLocalContext('worker', Date.now() + 60_000);
    const doors = {
      advance: createCoordinator(deps),
      batch: (event: SQSEvent) => worker(event, context),
      finalize: createFinalizer(deps),
      deliver: createNotifier(deps),
    };
    for (const kind of ['advance', 'batch', 'finalize', 'deliver'] as const) {
      const other = kind === 'advance' ? messages.batch : messages.advance;
      const response = await doors[kind](makeEvent(arn, messages[kind], other, '{', messages[kind]));
      expect(response.batchItemFailures).toEqual([{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }]);
    }
  });

  test('the coordinator fails the batch of a dead letter with a named failure', async () => {
    const { deps } = pipeline;
    const batch = { runId, stageIndex: 0, batchIndex: 0, attempt: 2 };
    await deps.batches.create({ ...buildBatch({ ...batch, queuedAtMs: 0 }), attempt: batch.attempt });
    const letter = { kind: 'batch', ...batch };
    const response = await createCoordinator(deps)(makeEvent(`${arn}${deadLetterSuffix}`, letter));
    expect(response.batchItemFailures).toEqual([]);
    expect(await deps.batches.get(runId, 0, 0)).toMatchObject({ status: 'failed', failure: { code: 'dead_letter' } });
  });

  test('the coordinator drops a dead letter that is not a valid message, instead of retrying forever', async () => {
    const response = await createCoordinator(pipeline.deps)(
      makeEvent(`${arn}${deadLetterSuffix}`, '{', { kind: 'dance' }),
    );
    expect(response.batchItemFailures).toEqual([]);
  });

  test('the supervisor advances every active run', async () => {
    const active = await pipeline.start(spec, { status: 'finalizing', finalizeSentAtMs: Date.now() });
    pipeline.bus.sent.length = 0;
    await createSupervisor(pipeline.deps)();
    expect(pipeline.bus.sent).toContainEqual({ kind: 'advance', runId: active });
  });
});
