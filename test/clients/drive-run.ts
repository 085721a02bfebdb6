import { createClient } from './create-client.ts';
import type { components } from './generated/openapi.d.ts';

type Schemas = components['schemas'];

/**
 * Drives one run from spec to report with the generated client: estimate, create, wait, report, samples, manifest.
 * @throws Error with the problem details if a response is not successful
 */
export async function driveRun(options: { url: string; apiKey: string; spec: Schemas['RunSpecInput'] }) {
  const client = createClient(options);
  const estimate = expectData(await client.POST('/v1/estimates', { body: options.spec }));
  const created = expectData(
    await client.POST('/v1/runs', {
      params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
      body: options.spec,
    }),
  );
  const path = { runId: created.runId };
  const ended: readonly Schemas['Run']['status'][] = ['completed', 'failed', 'canceled'];
  let run: Schemas['Run'] = created;
  while (!ended.includes(run.status))
    run = expectData(await client.GET('/v1/runs/{runId}', { params: { path, header: { Prefer: 'wait=25' } } }));
  const report = expectData(await client.GET('/v1/runs/{runId}/report', { params: { path } }));
  const samples = expectData(
    await client.GET('/v1/runs/{runId}/samples.ndjson', {
      params: { path, query: { limit: 10_000 } },
      parseAs: 'text',
    }),
  );
  const manifest = expectData(await client.GET('/v1/runs/{runId}/manifest', { params: { path } }));
  return { estimate, run, report, samples, manifest };
}

/** Returns the body of a successful response, or throws the problem details. */
export function expectData<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data !== undefined) return answer.data;
  throw new Error(`${answer.response.status} ${answer.response.url}: ${JSON.stringify(answer.error)}`);
}
