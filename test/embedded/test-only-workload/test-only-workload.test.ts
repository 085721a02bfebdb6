import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { bootstrapApiKey } from '../../../functions/api/api-keys/create-api-key.ts';
import { createApi } from '../../../functions/api/app.ts';
import { readDocuments } from '../../../infra/openapi/read-documents.ts';
import { reportSchema } from '../../../shared/report/model/report.ts';
import { type CachingServer, startCachingServer } from '../../support/servers/caching-server.ts';
import { type Pipeline, startPipeline } from '../../support/service/pipeline.ts';

// The lines that register a workload kind and a load mode.
vi.mock('../../../shared/workload/kinds/registry.ts', async (load) => {
  const registry = await load<typeof import('../../../shared/workload/kinds/registry.ts')>();
  const { alphabet } = await import('./alphabet/alphabet.ts');
  return { ...registry, workloadKinds: [...registry.workloadKinds, alphabet] };
});
vi.mock('../../../shared/load/modes/registry.ts', async (load) => {
  const registry = await load<typeof import('../../../shared/load/modes/registry.ts')>();
  const { staircase } = await import('./staircase/staircase.ts');
  return { ...registry, loadModes: [...registry.loadModes, staircase] };
});

let server: CachingServer;
let pipeline: Pipeline;
let ask: (method: string, path: string, body?: unknown) => Promise<Response>;

beforeAll(async () => {
  server = await startCachingServer();
  pipeline = await startPipeline({ MAX_STREAMS_PER_WORKER: '2', MAX_WORKERS_PER_RUN: '2' });
  const api = createApi(pipeline.deps, readDocuments());
  const { key } = await bootstrapApiKey(pipeline.deps);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  ask = async (method, path, body) =>
    api.request(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
});
afterAll(async () => {
  await pipeline.close();
  await server.close();
});

const spec = (workload: object, load: object) => ({
  seed: 7,
  targets: [
    { id: 'a', baseUrl: server.url, model: 'm', pricing: { inputPerMillionTokens: 1, outputPerMillionTokens: 1 } },
  ],
  workload: { kind: 'alphabet', ...workload },
  load: { mode: 'staircase', warmupRequests: 1, ...load },
});

test('the API checks a spec with the rules of the kind and the mode', async () => {
  const answer = await ask('POST', '/v1/runs', spec({ letters: 2 }, { steps: 9 }));
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({
    faults: [
      { pointer: '/workload/letters', fault: 'are fewer than 9 streams' },
      { pointer: '/load/steps', remedy: expect.stringContaining('at most 4') },
    ],
  });
  const misspelled = await ask('POST', '/v1/runs', spec({ letter: 2 }, { steps: 1 }));
  expect(await misspelled.json()).toMatchObject({ faults: [{ pointer: '/workload/letter' }] });
});

test('an estimate counts the tokens of all levels', async () => {
  const estimate = await (await ask('POST', '/v1/estimates', spec({}, { steps: 3 }))).json();
  expect(estimate).toMatchObject({ requests: { measured: 60, warmup: 3 }, inputTokens: 9 * 63, outputTokens: 26 * 63 });
});

test('a run sends its prompts at each level, and the report describes the workload', async () => {
  const created = await ask('POST', '/v1/runs', spec({}, { steps: 3 }));
  expect(created.status).toBe(202);
  const { runId } = z.object({ runId: z.string() }).parse(await created.json());
  expect(await pipeline.finish(runId)).toMatchObject({ status: 'completed' });

  const asked = server.asked.map(({ messages, max_tokens }) => `${messages[0]?.content} ${max_tokens}`);
  expect(asked).toHaveLength(63);
  expect(new Set(asked)).toEqual(
    new Set([
      ...['a', 'b', 'c'].map((letter) => `measured: the alphabet from ${letter} on. 26`),
      'warmup: the alphabet from a on. 26',
    ]),
  );

  const report = reportSchema.parse(await (await ask('GET', `/v1/runs/${runId}/report`)).json());
  expect(report.run.workload).toEqual({ kind: 'alphabet', letters: 3 });
  expect(report.run.load).toMatchObject({ mode: 'staircase', steps: 3 });
  expect(report.stages.map(({ load, counts }) => [load.concurrency, counts.planned])).toEqual([
    [1, 10],
    [2, 20],
    [3, 30],
  ]);
  expect(report.stages.map(({ batches }) => batches)).toEqual([1, 1, 2]);
  expect(report.stages[2]?.warnings.join('\n')).toContain('use 3 prompts');

  const text = await (await ask('GET', `/v1/runs/${runId}/report.txt`)).text();
  expect(text).toContain('the alphabet from 3 letters on; seed 7');
  expect(text).toContain('It is known by heart.');
  expect(text).toContain('a staircase of 3 steps: 10 requests at concurrency 1');
});
