import { createRun, getReport, getRun, type RunSpecInput } from '@tokenmeter/client';
import { client } from '@tokenmeter/client/client';

const { TOKENMETER_URL = 'http://127.0.0.1:8787', TOKENMETER_API_KEY = '' } = process.env;
const { TARGET_URL = 'http://127.0.0.1:8788/v1' } = process.env;
client.setConfig({ baseUrl: TOKENMETER_URL, auth: TOKENMETER_API_KEY, throwOnError: true });

const spec: RunSpecInput = {
  name: 'From TypeScript',
  targets: [{ id: 'local', baseUrl: TARGET_URL, model: 'meta-llama/Llama-2-70b-chat-hf' }],
  load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 20 }], warmupRequests: 2 },
};

let { data: run } = await createRun({ body: spec, throwOnError: true });
const path = { runId: run.runId };
const ended: (typeof run.status)[] = ['completed', 'failed', 'canceled'];
while (!ended.includes(run.status))
  run = (await getRun({ path, headers: { Prefer: 'wait=10' }, throwOnError: true })).data;

const { data: report } = await getReport({ path, throwOnError: true });
for (const stage of report.stages)
  console.log(`${stage.targetId}: ${stage.counts.ok} of ${stage.counts.planned} requests succeeded`);
