import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { computeRequestMetrics } from '../../../shared/metrics/request-metrics.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import { type Sample, sampleSchema } from '../../../shared/sample/sample.ts';
import { type Tool, type ToolPlace, type ToolRecord, type ToolResult, unmatched } from '../tool.ts';

const workerSchema = z.object({ cpuSeconds: z.number() });

const entry = fileURLToPath(new URL('./tokenmeter-run.ts', import.meta.url));

/** Tokenmeter: the whole service on one machine over HTTP, with the values of its report. */
export const tokenmeter: Tool = {
  name: 'tokenmeter',
  definitions: {
    ttft: 'ttftMs: first output event − start (handed to the socket)',
    tpot: 'tpotMs: (last − first output event) / (N − 1)',
    e2e: 'e2eLatencyMs: last output event − start',
    rate: 'completedRequestsPerMinute / 60: requests / (last end − first start)',
  },
  e2eEndsAt: 'last token',
  rateSpan: { from: 'first start', to: 'last end' },
  prepare: async (place) => {
    const { dir, prompts } = place;
    await writeFile(join(dir, 'prompts.jsonl'), prompts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''));
    await writeFile(join(dir, 'spec.json'), JSON.stringify(buildSpec(place)));
    return { command: process.execPath, args: [entry, dir] };
  },
  read: async ({ dir }) => {
    const lines = (await readFile(join(dir, 'samples.ndjson'), 'utf8')).trim().split('\n');
    const samples = lines.map((line) => sampleSchema.parse(JSON.parse(line)));
    return { records: samples.filter(({ warmup }) => !warmup).map(toRecord), ...(await readTotals(dir)) };
  },
};

/** Builds the spec without the id of the dataset, which the service assigns. */
function buildSpec({ url, model, load }: ToolPlace) {
  const { concurrency, requests, warmupRequests, outputTokens } = load;
  return {
    targets: [{ id: 'reference', baseUrl: url, model }],
    workload: { kind: 'dataset', maxOutputTokens: outputTokens },
    // The tools send the same number of requests.
    check: false,
    load: { mode: 'concurrency', stages: [{ concurrency, requests }], warmupRequests },
  };
}

/** Converts a sample. Request `i` of the plan has prompt `i`. */
function toRecord(sample: Sample): ToolRecord {
  const { ttftMs, tpotMs, e2eLatencyMs } = computeRequestMetrics(sample);
  return { ...unmatched, promptNumber: sample.requestIndex, ttftMs, tpotMs, e2eMs: e2eLatencyMs };
}

async function readTotals(dir: string): Promise<Pick<ToolResult, 'requestsPerSecond' | 'measuringCpuSeconds'>> {
  const report = readReport(await readFile(join(dir, 'report.json'), 'utf8'));
  const worker = workerSchema.parse(JSON.parse(await readFile(join(dir, 'worker.json'), 'utf8')));
  const perMinute = report.stages[0]?.windows.full.completedRequestsPerMinute.value ?? null;
  return {
    requestsPerSecond: perMinute === null ? null : perMinute / 60,
    measuringCpuSeconds: worker.cpuSeconds,
  };
}
