import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import quickstart from '../../examples/quickstart.json' with { type: 'json' };
import { startProviderProcess } from '../support/servers/provider-process.ts';
import { startWebhookReceiver } from '../support/servers/webhook-receiver.ts';
import { type ServiceProcess, startServiceProcess } from '../support/service/service-process.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

/** Everything that the drivers use: one service with its provider, a receiver of webhooks, and files to import. */
export type Place = {
  proxy: RecordingProxy;
  /** Settings of a driver. */
  env: Record<string, string>;
  close(): Promise<void>;
};

const models = quickstart.targets.map(({ model }) => model);
const latency = { ttft: { baseMs: 20 }, outputToken: { ms: 2 } };

const runSchema = z.looseObject({ runId: z.string(), status: z.string() });

export async function startPlace(): Promise<Place> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-generators-'));
  const provider = await startProviderProcess({
    models: Object.fromEntries(models.map((model) => [model, { latency }])),
  });
  const service = await startServiceProcess(dataDir);
  const receiver = await startWebhookReceiver();
  const proxy = await startRecordingProxy(service.url);
  const close = async () => {
    await proxy.close();
    await receiver.close();
    await service.stop();
    await provider.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const importFolder = await exportFiles(service, provider.url, dataDir);
    const env = {
      TOKENMETER_URL: proxy.url,
      TOKENMETER_API_KEY: service.apiKey,
      TARGET_URL: provider.url,
      WEBHOOK_URL: receiver.url,
      IMPORT_FOLDER: importFolder,
    };
    return { proxy, env, close };
  } catch (error) {
    await close();
    throw new Error(`The first run failed. Output of the service:\n${service.output()}`, { cause: error });
  }
}

const maxTries = 5;

/**
 * Runs the quickstart and writes its files in the format of LLMPerf, which the drivers import. On a busy machine, a run
 * excludes the requests that were open while a worker stalled. If these are all, the quickstart runs again.
 */
async function exportFiles(service: ServiceProcess, targetUrl: string, dataDir: string): Promise<string> {
  const folder = await mkdtemp(join(dataDir, 'import-'));
  for (let tries = 0; tries < maxTries; tries++) {
    const runId = await runQuickstart(service, targetUrl);
    const load = (file: string) => service.call('GET', `/v1/runs/${runId}/report/llmperf-${file}.json`);
    const responses = z.array(z.unknown()).parse(await load('individual-responses'));
    if (responses.length === 0) continue;
    await writeFile(join(folder, 'a_summary.json'), JSON.stringify(await load('summary')));
    await writeFile(join(folder, 'a_individual_responses.json'), JSON.stringify(responses));
    return folder;
  }
  throw new Error(`The machine is too busy: ${maxTries} runs excluded all their requests.`);
}

async function runQuickstart(service: ServiceProcess, targetUrl: string): Promise<string> {
  const targets = quickstart.targets.map((target) => ({ ...target, baseUrl: targetUrl }));
  let run = runSchema.parse(await service.call('POST', '/v1/runs', { ...quickstart, targets }));
  while (!['completed', 'failed', 'canceled'].includes(run.status)) {
    await delay(200);
    run = runSchema.parse(await service.call('GET', `/v1/runs/${run.runId}`));
  }
  return run.runId;
}
