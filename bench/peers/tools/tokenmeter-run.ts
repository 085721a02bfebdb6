import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { keepCompiledCode } from '../../../infra/local/keep-compiled-code.ts';
import { readProcess } from '../watch-cpu.ts';

/* Starts the service as `npm start` does, uploads the prompts as a dataset, makes one run, and saves its samples and report. */

keepCompiledCode();
const { startLocal } = await import('../../../infra/local/start-local.ts');
const { terminalStatuses } = await import('../../../shared/records/records.ts');

const [dir = '.'] = process.argv.slice(2);
const datasetSchema = z.object({ datasetId: z.string() });
const runSchema = z.object({ runId: z.string(), status: z.string() });
const specSchema = z.looseObject({ workload: z.looseObject({}) });

const server = await startLocal({
  dataDir: join(dir, 'data'),
  port: 0,
  environment: { WARM_LOCAL_WORKERS: '1', LOOPBACK_PORTS: 'any' },
});
try {
  const before = readWorkerCpuSeconds();
  const runId = await completeRun(await addDataset(await readText('spec.json')));
  const cpuSeconds = readWorkerCpuSeconds() - before;
  await writeFile(join(dir, 'samples.ndjson'), await readSamples(runId));
  await writeFile(join(dir, 'report.json'), await (await call(`/v1/runs/${runId}/report`)).text());
  await writeFile(join(dir, 'worker.json'), JSON.stringify({ cpuSeconds }));
} finally {
  await server.close();
}

async function readText(name: string): Promise<string> {
  return readFile(join(dir, name), 'utf8');
}

async function call(path: string, init: RequestInit = {}, type = 'application/json'): Promise<Response> {
  const headers = { authorization: `Bearer ${server.apiKey}`, 'content-type': type, prefer: 'wait=25' };
  const response = await fetch(new URL(path, server.url), { ...init, headers });
  if (!response.ok) throw new Error(`${path} returned ${response.status}: ${await response.text()}`);
  return response;
}

/** Uploads the prompts and adds the id of the dataset to the spec. */
async function addDataset(text: string): Promise<string> {
  const upload = { method: 'POST', body: await readText('prompts.jsonl') };
  const { datasetId } = datasetSchema.parse(await (await call('/v1/datasets', upload, 'application/jsonl')).json());
  const spec = specSchema.parse(JSON.parse(text));
  return JSON.stringify({ ...spec, workload: { ...spec.workload, datasetId } });
}

async function completeRun(spec: string): Promise<string> {
  let run = runSchema.parse(await (await call('/v1/runs', { method: 'POST', body: spec })).json());
  while (!terminalStatuses.some((status) => status === run.status))
    run = runSchema.parse(await (await call(`/v1/runs/${run.runId}`)).json());
  if (run.status !== 'completed') throw new Error(`The run did not complete. Its status is "${run.status}".`);
  return run.runId;
}

async function readSamples(runId: string): Promise<string> {
  let text = '';
  for (let path: string | null = `/v1/runs/${runId}/samples.ndjson?limit=10000`; path !== null; ) {
    const response: Response = await call(path);
    text += await response.text();
    path = /<([^>]+)>; *rel="?next"?/.exec(response.headers.get('link') ?? '')?.[1] ?? null;
  }
  return text;
}

function readWorkerCpuSeconds(): number {
  return server.workerPids().reduce((sum, pid) => sum + (readProcess(pid)?.cpuSeconds ?? 0), 0);
}
