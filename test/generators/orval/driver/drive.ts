import { readdir, readFile, writeFile } from 'node:fs/promises';
import * as api from './client/client.ts';

const { TOKENMETER_URL = '', TOKENMETER_API_KEY = '', TARGET_URL = '', WEBHOOK_URL = '' } = process.env;
const { IMPORT_FOLDER = '', OUTPUT_FOLDER = '' } = process.env;

// The client leaves host and key to the program.
const { fetch } = globalThis;
globalThis.fetch = (path, init) => {
  const headers = new Headers(init?.headers);
  headers.set('authorization', `Bearer ${TOKENMETER_API_KEY}`);
  return fetch(new URL(String(path), TOKENMETER_URL), { ...init, headers });
};

const save = (file: string, content: string | Uint8Array) => writeFile(`${OUTPUT_FOLDER}/${file}`, content);

/** Throws the problem details of a response that has another status than the wanted one. */
function expectStatus<Answer extends { status: number; data: unknown }, Status extends Answer['status']>(
  answer: Answer,
  status: Status,
): Extract<Answer, { status: Status }>['data'] {
  if (answer.status === status) return answer.data as Extract<Answer, { status: Status }>['data']; // the status tells
  throw new Error(`${answer.status}: ${JSON.stringify(answer.data)}`);
}

const quickstart: api.RunSpecInput = {
  name: 'Quickstart',
  targets: [{ id: 'local', baseUrl: TARGET_URL, model: 'meta-llama/Llama-2-70b-chat-hf' }],
  load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 20 }], warmupRequests: 2 },
};

let run = expectStatus(await api.createRun(quickstart), 202);
const { runId } = run;
while (run.status !== 'completed') run = expectStatus(await api.getRun(runId, { headers: { Prefer: 'wait=10' } }), 200);

await save('report.json', JSON.stringify(expectStatus(await api.getReport(runId), 200)));
const samples = await api.getSamplesNdjson(runId);
if (samples.status !== 200) throw new Error(`${samples.status}`);
await save('samples.ndjson', await samples.stream.text());
await save('report.csv', expectStatus(await api.getReportCsv(runId), 200));
await save('report.html', expectStatus(await api.getReportHtml(runId), 200));
const archive = expectStatus(await api.getLlmperfArchive(runId), 200);
await save('llmperf.zip', new Uint8Array(await archive.arrayBuffer()));

const files = await Promise.all(
  (await readdir(IMPORT_FOLDER)).map(async (name) => new File([await readFile(`${IMPORT_FOLDER}/${name}`)], name)),
);
const imported = expectStatus(await api.importFiles({ files }), 201);
const comparison = expectStatus(await api.compareRuns({ runs: [runId, imported.runId].join(',') }), 200);
await save('comparison.json', JSON.stringify(comparison));

const webhook = { url: WEBHOOK_URL, events: ['run.completed' as const] };
const { webhookEndpointId } = expectStatus(await api.createWebhookEndpoint(webhook), 201);
expectStatus(await api.deleteWebhookEndpoint(webhookEndpointId), 204);
expectStatus(await api.deleteRun(imported.runId), 204);
expectStatus(await api.deleteRun(runId), 204);
