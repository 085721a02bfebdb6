import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { bootstrapApiKey } from '../../../functions/api/api-keys/create-api-key.ts';
import { createApi } from '../../../functions/api/app.ts';
import { readDocuments } from '../../../infra/openapi/read-documents.ts';
import type { Protocol } from '../../../shared/protocols/registry.ts';
import { reportSchema } from '../../../shared/report/model/report.ts';
import { type Pipeline, startPipeline } from '../../support/service/pipeline.ts';
import { startServer } from './word-by-word/start-server.ts';

// The line that registers a protocol.
vi.mock('../../../shared/protocols/registry.ts', async (load) => {
  const { protocols, ...rest } = await load<typeof import('../../../shared/protocols/registry.ts')>();
  const { wordByWord } = await import('./word-by-word/descriptor.ts');
  return { ...rest, protocols: { ...protocols, 'word-by-word': wordByWord } };
});
// The folder is under test/; this process and `measuring-thread.ts` load it from there.
vi.mock('../../../shared/protocols/load-dialect.ts', () => ({
  loadDialect: async (_: Protocol) => (await import('./word-by-word/dialect.ts')).dialect,
}));

const firstTokenTimeoutMs = 1_000;
const apiKey = 'words-0123456789abcdef';

let server: Awaited<ReturnType<typeof startServer>>;
let pipeline: Pipeline;
let ask: (method: string, path: string, body?: unknown) => Promise<{ status: number; json: unknown }>;

beforeAll(async () => {
  server = await startServer(firstTokenTimeoutMs + 300);
  pipeline = await startPipeline(
    {},
    {},
    { entries: { threadEntry: new URL('./word-by-word/measuring-thread.ts', import.meta.url) } },
  );
  const api = createApi(pipeline.deps, readDocuments());
  const { key } = await bootstrapApiKey(pipeline.deps);
  ask = async (method, path, body) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const response = await api.request(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: response.status, json: await response.json() };
  };
});
afterAll(async () => {
  await pipeline.close();
  await server.close();
});

const target = (change: Record<string, unknown>) => ({
  protocol: 'word-by-word',
  baseUrl: server.url,
  model: 'fast',
  apiKey,
  ...change,
});
const spec = (...targets: unknown[]) => ({
  targets,
  workload: { kind: 'prompts', prompts: [{ prompt: 'Count.' }], maxOutputTokens: 20 },
  load: { mode: 'concurrency', stages: [{ concurrency: 4, requests: 4 }], warmupRequests: 0 },
  limits: { firstTokenTimeoutMs },
});

test('the API checks a spec against the descriptor', async () => {
  const bad = target({ body: { answer: { words: 5 } }, maxTokensField: 'max_completion_tokens', payload: 'tgi' });
  const { status, json } = await ask('POST', '/v1/runs', spec(bad));
  expect(status).toBe(422);
  expect(json).toMatchObject({
    faults: [
      { pointer: '/targets/0/payload' },
      { pointer: '/targets/0/maxTokensField', fault: expect.stringContaining('word-by-word') },
      { pointer: '/targets/0/body/answer/words', remedy: 'Set workload.outputTokens' },
    ],
  });
});

test('a run uses the protocol, the instrument reads it, and the report has its results', async () => {
  const created = await ask('POST', '/v1/runs', spec(target({ id: 'a' }), target({ id: 'b', model: 'mute' })));
  expect(created.status).toBe(202);
  const { runId } = z.object({ runId: z.string() }).parse(created.json);
  expect(await pipeline.finish(runId)).toMatchObject({ status: 'completed' });

  expect(server.seen[0]).toMatchObject({
    url: '/fast/say',
    headers: { 'x-words-key': apiKey, 'x-words-version': '1', accept: 'text/event-stream' },
    body: { question: 'Count.', answer: { words: 20 } },
  });
  const report = reportSchema.parse((await ask('GET', `/v1/runs/${runId}/report`)).json);
  expect(report.targets.map(({ protocol }) => protocol)).toEqual(['word-by-word', 'word-by-word']);
  const [fast, mute] = report.stages;
  expect(fast?.counts).toMatchObject({ planned: 4, ok: 4 });
  // Two events, this far apart: the first and the last output of each answer.
  expect(fast?.requests.chunkGapMs.p50).toBeGreaterThan(firstTokenTimeoutMs);
  expect(fast?.tokens.usageOutputTokens).toMatchObject({ n: 4, mean: 2 });
  // The measuring thread searched the stream for output and found none.
  expect(mute?.counts).toMatchObject({ planned: 4, ok: 0, byOutcome: { timeout_first_token: 4 } });
});
