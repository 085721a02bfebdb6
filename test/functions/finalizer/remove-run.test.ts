import { describe, expect, test } from 'vitest';
import { createFinalizer } from '../../../functions/finalizer/finalize-run.ts';
import { createSupervisor } from '../../../functions/supervisor/supervisor.ts';
import { toSqsRecord } from '../../../infra/local/queues/event-source.ts';
import type { Item } from '../../../shared/adapters/dynamodb/record.ts';
import type { Deps } from '../../../shared/ports.ts';
import { resendRemovalAfterMs } from '../../../shared/runs/send-removal.ts';
import {
  makeBatch,
  makeCredential,
  makeDelivery,
  makeRun,
  makeSample,
  makeWebhookEndpoint,
} from '../../contract/make-record.ts';
import { createMemoryObjects } from '../../support/simulation/memory-objects.ts';
import { createMemoryTable } from '../../support/simulation/memory-table.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

const batches = 40;
const done = { batchItemFailures: [] };

/** Stores a finished run with everything that a run can have, and another run, and removes the first one. */
async function removeOne() {
  const items = new Map<string, Item>();
  const { deps, sent } = createSimulation({}, createMemoryTable(items));
  const objects = createMemoryObjects();
  const own: Deps = { ...deps, objects };
  const [run, other] = await Promise.all([storeRun(own), storeRun(own)]);
  const countItems = (text: string) => JSON.stringify([...items]).split(text).length - 1;
  const finalize = (change: Partial<Deps> = {}) => {
    const Body = JSON.stringify({ kind: 'remove', runId: run.runId });
    const record = toSqsRecord({ MessageId: 'm', Body }, 'arn:aws:sqs:a:1:q');
    return createFinalizer({ ...own, ...change })({ Records: [record] });
  };
  const itemsOfOther = countItems(other.runId);
  await deps.runs.remove(run.runId, originMs, originMs + resendRemovalAfterMs);
  const expectNothing = () => {
    for (const id of [run.runId, ...run.ephemeralCredentialIds, ...run.webhookEndpointIds])
      expect(countItems(id)).toBe(0);
    expect(countItems(other.runId)).toBe(itemsOfOther);
    expect(objects.keys()).toEqual([`answers/${other.runId}/1`, `runs/${other.runId}/samples.parquet`]);
  };
  return { deps: own, sent, run, objects, finalize, expectNothing };
}

async function storeRun({ runs, batches: batchStore, blocks, reports, credentials, ...deps }: Deps) {
  const credential = makeCredential({ ephemeral: true });
  const { tenantId, credentialId } = credential;
  const endpoint = makeWebhookEndpoint({ tenantId });
  const { webhookEndpointId } = endpoint;
  const owned = { ephemeralCredentialIds: [credentialId], webhookEndpointIds: [webhookEndpointId] };
  const run = makeRun({ tenantId, status: 'completed', ...owned });
  const { runId } = run;
  await runs.create(run);
  await credentials.put(credential);
  await deps.webhookEndpoints.create(endpoint);
  await deps.deliveries.create(makeDelivery({ tenantId, webhookEndpointId, runId, createdAtMs: run.createdAtMs + 1 }));
  await reports.put(runId, '{}');
  for (let batchIndex = 0; batchIndex < batches; batchIndex++) {
    await batchStore.create(makeBatch({ runId, batchIndex }));
    for (const sequence of [0, 1, 2])
      await blocks.put({ runId, stageIndex: 0, batchIndex, attempt: 1, sequence }, [makeSample()], []);
  }
  for (const key of [`runs/${runId}/samples.parquet`, `answers/${runId}/1`])
    await deps.objects.put(key, new Uint8Array(1), { contentType: 'text/plain' });
  return run;
}

describe('the removal of a run', () => {
  test('leaves no item and no object of the run, and everything of other runs', async () => {
    const { sent, finalize, expectNothing } = await removeOne();
    expect(await finalize()).toEqual(done);
    expectNothing();
    expect(await finalize()).toEqual(done);
    expect(sent).toEqual([]);
  });

  test('continues in new messages if it takes long, until nothing is left', async () => {
    const { deps, sent, finalize, expectNothing } = await removeOne();
    let atMs = 0;
    const monotonicMs = () => {
      atMs += 20_000;
      return atMs;
    };
    let messages = 0;
    do {
      sent.length = 0;
      expect(await finalize({ clock: { ...deps.clock, monotonicMs } })).toEqual(done);
      messages += 1;
    } while (sent.length > 0 && messages < 50);
    expect(messages).toBeGreaterThan(2);
    expectNothing();
  });

  test('is repeated after an error, and continues', async () => {
    const { objects, finalize, expectNothing } = await removeOne();
    const removeSome = () => Promise.reject(new Error('S3 did not answer'));
    expect((await finalize({ objects: { ...objects, removeSome } })).batchItemFailures).toHaveLength(1);
    expect(await finalize()).toEqual(done);
    expectNothing();
  });

  test('is sent again by the supervisor if its message was lost, but not while it may still run', async () => {
    const { deps, sent, run, finalize } = await removeOne();
    const superviseAt = async (ms: number) => {
      sent.length = 0;
      await createSupervisor({ ...deps, clock: { ...deps.clock, nowMs: () => originMs + ms } })();
      return sent.map(({ message }) => message).filter(({ kind }) => kind === 'remove');
    };
    expect(await superviseAt(resendRemovalAfterMs - 1)).toEqual([]);
    expect(await superviseAt(resendRemovalAfterMs)).toEqual([{ kind: 'remove', runId: run.runId }]);
    expect(await superviseAt(resendRemovalAfterMs + 1)).toEqual([]);
    await finalize();
    expect(await superviseAt(10 * resendRemovalAfterMs)).toEqual([]);
  });

  test('removes what was stored after it, and never a run that exists', async () => {
    const { deps, run, objects, finalize, expectNothing } = await removeOne();
    await finalize();
    await deps.renderings.put(run.runId, 'late', ['late']);
    await objects.put(`runs/${run.runId}/late`, new Uint8Array(1), { contentType: 'text/plain' });
    await finalize();
    expectNothing();
    await deps.runs.create(run);
    await finalize();
    expect(await deps.runs.get(run.runId)).toEqual(run);
  });
});
