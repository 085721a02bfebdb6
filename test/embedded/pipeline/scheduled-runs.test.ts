import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { bootstrapApiKey } from '../../../functions/api/api-keys/create-api-key.ts';
import { createApi } from '../../../functions/api/app.ts';
import { createSupervisor } from '../../../functions/supervisor/supervisor.ts';
import { readDocuments } from '../../../infra/openapi/read-documents.ts';
import type { Deps } from '../../../shared/ports.ts';
import { type StreamServer, startStreamServer } from '../../support/servers/stream-server.ts';
import { type Pipeline, startPipeline } from '../../support/service/pipeline.ts';

const mondayMs = Date.UTC(2026, 2, 23, 12);
const day = 86_400_000;

const scheduleSchema = z.looseObject({ scheduleId: z.string() });
const runsSchema = z.object({ items: z.array(z.object({ runId: z.string(), createdAt: z.string() })) });
const reportSchema = z.object({ stages: z.array(z.object({ counts: z.object({ ok: z.number() }) })) });

let server: StreamServer;
let pipeline: Pipeline;
let nowMs = mondayMs;
beforeAll(async () => {
  server = await startStreamServer();
  pipeline = await startPipeline();
});
afterAll(async () => {
  await pipeline.close();
  await server.close();
});

test('the supervisor starts the runs of a schedule on its days, and they are measured and reported', async () => {
  // The clock of the API and the supervisor is simulated; the measurements are real.
  const clock = { ...pipeline.deps.clock, nowMs: () => nowMs };
  const deps: Deps = { ...pipeline.deps, clock };
  const supervise = createSupervisor(deps);
  const app = createApi(deps, readDocuments());
  const { key } = await bootstrapApiKey(deps);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const ask = async <T>(schema: z.ZodType<T>, path: string, body?: object): Promise<T> => {
    const request = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await app.request(path, request);
    expect(response.ok, await response.clone().text()).toBe(true);
    return schema.parse(await response.json());
  };
  const { scheduleId } = await ask(scheduleSchema, '/v1/schedules', {
    cron: '15 9 * * 2,4',
    timeZone: 'America/New_York',
    spec: {
      targets: [{ id: 'a', baseUrl: server.url, model: 'fast' }],
      workload: { kind: 'prompts', prompts: [{ prompt: 'Say one two three.' }], maxOutputTokens: 20 },
      load: { mode: 'concurrency', stages: [{ concurrency: 2, requests: 6 }], warmupRequests: 0 },
    },
  });
  const seen: { runId: string; createdAt: string; ok: number[] }[] = [];
  for (; nowMs < mondayMs + 7 * day; nowMs += day / 4) {
    await supervise();
    const { items } = await ask(runsSchema, `/v1/runs?scheduleId=${scheduleId}`);
    const [newest] = items;
    if (newest === undefined || items.length === seen.length) continue;
    const { runId, createdAt } = newest;
    await vi.waitFor(
      async () => expect(await deps.runs.get(runId)).toMatchObject({ status: 'completed', scheduleId }),
      { timeout: 20_000, interval: 50 },
    );
    const report = await ask(reportSchema, `/v1/runs/${runId}/report`);
    seen.push({ runId, createdAt, ok: report.stages.map(({ counts }) => counts.ok) });
  }
  // 09:15 in New York is 13:15 UTC; the next check is at 18:00.
  expect(seen.map(({ createdAt, ok }) => [createdAt, ok])).toEqual([
    ['2026-03-24T18:00:00.000Z', [6]],
    ['2026-03-26T18:00:00.000Z', [6]],
  ]);
  expect(await ask(scheduleSchema, `/v1/schedules/${scheduleId}`)).toMatchObject({
    lastDueAt: '2026-03-26T13:15:00.000Z',
    lastRunId: seen.at(-1)?.runId,
    lastFailure: null,
    nextAt: '2026-03-31T13:15:00.000Z',
  });
});
