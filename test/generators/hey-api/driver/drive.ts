import { readdir, readFile, writeFile } from 'node:fs/promises';
import { client } from './client/client.gen.js';
import * as api from './client/sdk.gen.js';
import type { RunSpecInput } from './client/types.gen.js';

const { TOKENMETER_URL = '', TOKENMETER_API_KEY = '', TARGET_URL = '', WEBHOOK_URL = '' } = process.env;
const { IMPORT_FOLDER = '', OUTPUT_FOLDER = '' } = process.env;

client.setConfig({ baseUrl: TOKENMETER_URL, auth: TOKENMETER_API_KEY });
const throwOnError = true;
const save = (file: string, content: string | Uint8Array) => writeFile(`${OUTPUT_FOLDER}/${file}`, content);

const quickstart: RunSpecInput = {
  name: 'Quickstart',
  targets: [{ id: 'local', baseUrl: TARGET_URL, model: 'meta-llama/Llama-2-70b-chat-hf' }],
  load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 20 }], warmupRequests: 2 },
};

const { data: created } = await api.createRun({ body: quickstart, throwOnError });
const path = { runId: created.runId };
let run = created;
while (run.status !== 'completed')
  run = (await api.getRun({ path, headers: { Prefer: 'wait=10' }, throwOnError })).data;

await save('report.json', JSON.stringify((await api.getReport({ path, throwOnError })).data));
// By itself, the client reads only text/* as text.
await save('samples.ndjson', (await api.getSamplesNdjson({ path, parseAs: 'text', throwOnError })).data);
await save('report.csv', (await api.getReportCsv({ path, throwOnError })).data);
await save('report.html', (await api.getReportHtml({ path, throwOnError })).data);
const { data: archive } = await api.getLlmperfArchive({ path, throwOnError });
await save('llmperf.zip', new Uint8Array(await archive.arrayBuffer()));

const files = await Promise.all(
  (await readdir(IMPORT_FOLDER)).map(async (name) => new File([await readFile(`${IMPORT_FOLDER}/${name}`)], name)),
);
const { data: imported } = await api.importFiles({ body: { files }, throwOnError });
const runs = [created.runId, imported.runId].join(',');
await save('comparison.json', JSON.stringify((await api.compareRuns({ query: { runs }, throwOnError })).data));

const endpointBody = { url: WEBHOOK_URL, events: ['run.completed' as const] };
const { data: endpoint } = await api.createWebhookEndpoint({ body: endpointBody, throwOnError });
await api.deleteWebhookEndpoint({ path: { webhookEndpointId: endpoint.webhookEndpointId }, throwOnError });
await api.deleteRun({ path: { runId: imported.runId }, throwOnError });
await api.deleteRun({ path, throwOnError });
