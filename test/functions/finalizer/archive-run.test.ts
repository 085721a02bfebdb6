import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { archiveRun } from '../../../functions/finalizer/archive-run.ts';
import { createFinalizer } from '../../../functions/finalizer/finalize-run.ts';
import { toSqsRecord } from '../../../infra/local/queues/event-source.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { archiveListSchema } from '../../../shared/records/run-archive.ts';
import { readFinishedStage } from '../../../shared/runs/read-finished-samples.ts';
import { copySample } from '../../../shared/sample/sample.ts';
import { collect } from '../../contract/collect.ts';
import { makeBatch, makeRun } from '../../contract/make-record.ts';
import { makeOk, makeSpec } from '../../support/factories/sample-factory.ts';
import { createMemoryObjects } from '../../support/simulation/memory-objects.ts';
import { createMemoryTable } from '../../support/simulation/memory-table.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

const dayMs = 86_400_000;
const load = { mode: 'concurrency' as const, stages: [{ concurrency: 2, requests: 4 }], warmupRequests: 1 };

/** Stores a finished run with two blocks. Its fourth request has no sample, and its second one has two. */
async function storeFinishedRun(sampleRetentionDays = 30, change: Partial<RunRecord> = {}) {
  const table = createMemoryTable();
  const simulation = createSimulation({ sampleRetentionDays }, table);
  const objects = createMemoryObjects();
  const deps: Deps = { ...simulation.deps, objects };
  const run = makeRun({ spec: makeSpec({ load }), status: 'completed', startedAtMs: originMs, ...change });
  const { runId } = run;
  await deps.runs.create(run);
  await deps.batches.create(makeBatch({ runId, status: 'done', blocks: { 1: 2 } }));
  for (const [sequence, indices] of [
    [0, 1],
    [1, 2, 4],
  ].entries())
    await deps.blocks.put(
      { runId, stageIndex: 0, batchIndex: 0, attempt: 1, sequence },
      indices.map((requestIndex) =>
        makeOk({ startMs: sequence, ttftMs: 100.25, e2eMs: 900 }, { requestIndex, warmup: requestIndex === 4 }),
      ),
      indices.map((requestIndex) => ({ requestIndex, outputEventsMs: [sequence + 100.25, sequence + 900] })),
    );
  const archive = (own: Deps = deps) => archiveRun(own, { kind: 'archive', runId });
  const readSamples = async (atMs: number) => {
    const [stage] = planRun(run.spec, run);
    const present = await deps.runs.get(runId);
    if (stage === undefined || present === null) throw new Error('the run has no stage');
    const later = { ...deps, clock: { ...deps.clock, nowMs: () => atMs } };
    return (await readFinishedStage(later, present, stage)).map(copySample);
  };
  const listExpiry = () =>
    collect(table.query({ partition: `RUN#${runId}#B0#0`, index: null, attributes: ['pk', 'sk', 'ttl'] }));
  return { ...simulation, deps, objects, run, archive, readSamples, listExpiry };
}

describe('the archive of a run', () => {
  test('has all planned requests, before and after the samples have expired', async () => {
    const { deps, objects, run, archive, readSamples } = await storeFinishedRun();
    const before = await readSamples(originMs);
    await archive();
    expect(before.map(({ requestIndex, outcome }) => [requestIndex, outcome])).toEqual([
      [0, 'ok'],
      [1, 'ok'],
      [2, 'ok'],
      [3, 'not_sent'],
      [4, 'ok'],
    ]);
    const blind: Deps['blocks'] = {
      ...deps.blocks,
      readColumns: () => {
        throw new Error('the samples have expired');
      },
    };
    deps.blocks = blind;
    expect(await readSamples(originMs + 30 * dayMs)).toStrictEqual(before);
    expect(objects.keys()).toHaveLength(3);
    expect((await deps.runs.get(run.runId))?.archive).toMatchObject({ samplesExpireAtMs: originMs + 30 * dayMs });
  });

  test('is listed with the digest of each file, and the run has the digest of the list', async () => {
    const { deps, objects, run, archive } = await storeFinishedRun();
    await archive();
    const read = async (path: string) =>
      (await objects.readRange(`runs/${run.runId}/${path}`, { from: 0, to: 1e9 })) ?? new Uint8Array();
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    const json = await read('archive.json');
    const list = archiveListSchema.parse(JSON.parse(Buffer.from(json).toString()));
    expect(list.manifestSha256).toBe(run.manifestSha256);
    expect(list.files.map(({ kind, rows }) => [kind, rows])).toEqual([
      ['samples', 5],
      ['events', 4],
    ]);
    for (const { path, sha256, bytes } of list.files) {
      const file = await read(path);
      expect([file.length, digest(file)]).toEqual([bytes, sha256]);
    }
    expect((await deps.runs.get(run.runId))?.archive?.sha256).toBe(digest(json));
  });

  test('has the same bytes if it is written again after a crash', async () => {
    const { deps, objects, run, archive } = await storeFinishedRun();
    const update = () => Promise.reject(new Error('the process died'));
    await expect(archive({ ...deps, runs: { ...deps.runs, update } })).rejects.toThrow('died');
    const readList = () => objects.readRange(`runs/${run.runId}/archive.json`, { from: 0, to: 1e9 });
    const first = await readList();
    await archive();
    await archive();
    expect(await readList()).toEqual(first);
  });

  test('is removed if the run was deleted while it was written', async () => {
    const { deps, objects, run, archive } = await storeFinishedRun();
    const put: typeof objects.put = async (...values) => {
      await deps.runs.remove(run.runId, originMs, originMs + dayMs);
      return objects.put(...values);
    };
    await archive({ ...deps, objects: { ...objects, put } });
    expect(objects.keys()).toEqual([]);
    await objects.put(`runs/${run.runId}/samples/stage-0000.parquet`, Uint8Array.of(1), { contentType: 'a/b' });
    await archive();
    expect(objects.keys()).toEqual([]);
  });
});

describe('the samples in the table', () => {
  test('expire only after the run refers to its archive', async () => {
    const { deps, archive, listExpiry } = await storeFinishedRun();
    const update = () => Promise.reject(new Error('the process died'));
    await expect(archive({ ...deps, runs: { ...deps.runs, update } })).rejects.toThrow('died');
    expect((await listExpiry()).map(({ ttl }) => ttl)).toEqual([undefined, undefined, undefined, undefined]);
    await archive();
    const expiry = (await listExpiry()).map(({ ttl }) => ttl);
    expect(expiry).toEqual(expiry.map(() => (originMs + 30 * dayMs) / 1_000));
  });

  test('expire at the stored time if a crash came before', async () => {
    const { deps, pass, archive, listExpiry } = await storeFinishedRun(1);
    const expire = () => Promise.reject(new Error('the process died'));
    await expect(archive({ ...deps, blocks: { ...deps.blocks, expire } })).rejects.toThrow('died');
    await pass(5_000);
    await archive();
    expect(new Set((await listExpiry()).map(({ ttl }) => ttl))).toEqual(new Set([(originMs + dayMs) / 1_000]));
  });
});

describe('an archive message', () => {
  test('is sent after the report, and again if an earlier try ended before it', async () => {
    const { deps, run, sent } = await storeFinishedRun(30, { status: 'finalizing' });
    const { runId } = run;
    const body = JSON.stringify({ kind: 'finalize', runId });
    const event = { Records: [toSqsRecord({ MessageId: 'm', Body: body }, 'arn:aws:sqs:a:1:q')] };
    const broken = { ...deps.queue, send: () => Promise.reject(new Error('the process died')) };
    expect(await createFinalizer({ ...deps, queue: broken })(event)).toMatchObject({ batchItemFailures: [{}] });
    expect(await deps.runs.get(runId)).toMatchObject({ status: 'completed', archive: null });
    await createFinalizer(deps)(event);
    expect(sent.map(({ message }) => message)).toEqual([{ kind: 'archive', runId }]);
  });

  test('does nothing while the run is active', async () => {
    const { objects, archive } = await storeFinishedRun(30, { status: 'running' });
    await archive();
    expect(objects.keys()).toEqual([]);
  });
});
