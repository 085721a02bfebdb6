import { readdir, readFile, writeFile } from 'node:fs/promises';
import createClient from 'openapi-fetch';
import type { components, paths } from './client/openapi.d.ts';

const { TOKENMETER_URL = '', TOKENMETER_API_KEY = '', TARGET_URL = '', WEBHOOK_URL = '' } = process.env;
const { IMPORT_FOLDER = '', OUTPUT_FOLDER = '' } = process.env;

const client = createClient<paths>({
  baseUrl: TOKENMETER_URL,
  headers: { authorization: `Bearer ${TOKENMETER_API_KEY}` },
});

/** Returns the body of a successful response, or throws the problem details. */
function expectData<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data !== undefined) return answer.data;
  throw new Error(`${answer.response.status} ${answer.response.url}: ${JSON.stringify(answer.error)}`);
}

const save = (file: string, content: string | Uint8Array) => writeFile(`${OUTPUT_FOLDER}/${file}`, content);

const quickstart: components['schemas']['RunSpecInput'] = {
  name: 'Quickstart',
  targets: [{ id: 'local', baseUrl: TARGET_URL, model: 'meta-llama/Llama-2-70b-chat-hf' }],
  load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 20 }], warmupRequests: 2 },
};

const created = expectData(await client.POST('/v1/runs', { body: quickstart }));
const params = { path: { runId: created.runId } };
let run = created;
while (run.status !== 'completed')
  run = expectData(await client.GET('/v1/runs/{runId}', { params: { ...params, header: { Prefer: 'wait=10' } } }));

const report = expectData(await client.GET('/v1/runs/{runId}/report', { params }));
await save('report.json', JSON.stringify(report));
await save(
  'samples.ndjson',
  expectData(await client.GET('/v1/runs/{runId}/samples.ndjson', { params, parseAs: 'text' })),
);
await save('report.csv', expectData(await client.GET('/v1/runs/{runId}/report.csv', { params, parseAs: 'text' })));
await save('report.html', expectData(await client.GET('/v1/runs/{runId}/report.html', { params, parseAs: 'text' })));
const archive = expectData(await client.GET('/v1/runs/{runId}/report/llmperf.zip', { params, parseAs: 'arrayBuffer' }));
await save('llmperf.zip', new Uint8Array(archive));

const files = await Promise.all(
  (await readdir(IMPORT_FOLDER)).map(async (name) => new File([await readFile(`${IMPORT_FOLDER}/${name}`)], name)),
);
const imported = expectData(
  await client.POST('/v1/imports/files', {
    // The client types a file as text, and a form is built from any value.
    body: { files: [] },
    bodySerializer: () => {
      const form = new FormData();
      for (const file of files) form.append('files', file);
      return form;
    },
  }),
);
const comparison = expectData(
  await client.GET('/v1/compare', { params: { query: { runs: [created.runId, imported.runId].join(',') } } }),
);
await save('comparison.json', JSON.stringify(comparison));

const endpoint = expectData(
  await client.POST('/v1/webhook-endpoints', { body: { url: WEBHOOK_URL, events: ['run.completed'] } }),
);
const { webhookEndpointId } = endpoint;
const removed = [
  await client.DELETE('/v1/webhook-endpoints/{webhookEndpointId}', { params: { path: { webhookEndpointId } } }),
  await client.DELETE('/v1/runs/{runId}', { params: { path: { runId: imported.runId } } }),
  await client.DELETE('/v1/runs/{runId}', { params }),
];
for (const { error } of removed) if (error !== undefined) throw new Error(JSON.stringify(error));
