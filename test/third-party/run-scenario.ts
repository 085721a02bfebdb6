import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type PlacedSample, readAllSamples } from '../support/service/read-all-samples.ts';
import type { ServiceProcess } from '../support/service/service-process.ts';
import type { ThirdPartyTarget } from './third-party-server.ts';

export const load = { requests: 40, warmupRequests: 8, concurrency: 4 };

const runSchema = z.looseObject({ runId: z.string(), status: z.string() });
const datasetSchema = z.object({ datasetId: z.string() });
const reportSchema = z.looseObject({ trust: z.looseObject({ reasons: z.array(z.string()) }) });

/** Makes one run, from the upload of prompts to the report. The id of a target is its protocol. */
export async function runScenario(
  service: ServiceProcess,
  targets: readonly { target: ThirdPartyTarget; port: number }[],
): Promise<{ samples: PlacedSample[]; reasons: string[] }> {
  const { requests, warmupRequests, concurrency } = load;
  const spec = {
    targets: targets.map(({ target: { protocol, path, fields }, port }) => ({
      id: protocol,
      protocol,
      baseUrl: `http://127.0.0.1:${port}${path}`,
      ...fields,
    })),
    workload: { kind: 'dataset', datasetId: await uploadPrompts(service), maxOutputTokens: 48 },
    check: false,
    load: { mode: 'concurrency', stages: [{ concurrency, requests }], warmupRequests },
    limits: { maxErrorRate: 1 },
  };
  let run = runSchema.parse(await service.call('POST', '/v1/runs', spec));
  while (!['completed', 'failed', 'canceled'].includes(run.status)) {
    await delay(500);
    run = runSchema.parse(await service.call('GET', `/v1/runs/${run.runId}`));
  }
  const report = reportSchema.parse(await service.call('GET', `/v1/runs/${run.runId}/report`));
  return { samples: await readAllSamples(service, run.runId), reasons: report.trust.reasons };
}

/** Uploads prompts whose number the reader of the recording finds. Request i has prompt i. */
async function uploadPrompts({ url, apiKey }: ServiceProcess): Promise<string> {
  const count = load.requests + load.warmupRequests;
  const lines = Array.from({ length: count }, (_, index) => JSON.stringify({ prompt: `Question ${index}: the tide?` }));
  const response = await fetch(`${url}/v1/datasets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/jsonl' },
    body: lines.join('\n'),
  });
  if (!response.ok) throw new Error(`The prompts were refused: ${response.status} ${await response.text()}`);
  return datasetSchema.parse(await response.json()).datasetId;
}
