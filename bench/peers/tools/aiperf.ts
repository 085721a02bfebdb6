import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Tool, type ToolPlace, type ToolRecord, unmatched } from '../tool.ts';

const valueSchema = z.object({ value: z.number() }).optional();
const lineSchema = z.object({
  metadata: z.object({ x_request_id: z.string(), benchmark_phase: z.string() }),
  metrics: z.object({
    time_to_first_token: valueSchema,
    inter_token_latency: valueSchema,
    request_latency: valueSchema,
  }),
});
const summarySchema = z.object({ request_throughput: z.object({ avg: z.number() }) });

export const aiperf: Tool = {
  name: 'aiperf',
  definitions: {
    ttft: 'time_to_first_token: first response with output − start',
    tpot: 'inter_token_latency: (latency − TTFT) / (N − 1)',
    e2e: 'request_latency: last response with content − start',
    rate: 'request_throughput: requests / (last response − first start)',
  },
  e2eEndsAt: 'last token',
  rateSpan: { from: 'first start', to: 'last end' },
  prepare: async (place) => {
    const lines = place.prompts.map((text) => `${JSON.stringify({ text })}\n`);
    await writeFile(join(place.dir, 'prompts.jsonl'), lines.join(''));
    return { command: join(place.environmentDir, 'bin', 'aiperf'), args: buildArguments(place) };
  },
  read: async ({ dir }) => {
    const text = await readFile(join(dir, 'out', 'profile_export.jsonl'), 'utf8');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => lineSchema.parse(JSON.parse(line)));
    const summary = JSON.parse(await readFile(join(dir, 'out', 'profile_export_aiperf.json'), 'utf8'));
    return {
      records: lines.filter(({ metadata }) => metadata.benchmark_phase === 'profiling').map(toRecord),
      requestsPerSecond: summarySchema.parse(summary).request_throughput.avg,
      measuringCpuSeconds: null,
    };
  },
};

function buildArguments({ url, model, load, dir, tokenizerDir }: ToolPlace): string[] {
  const options = {
    '--model': model,
    '--url': new URL(url).origin,
    '--endpoint-type': 'chat',
    '--input-file': join(dir, 'prompts.jsonl'),
    '--custom-dataset-type': 'single_turn',
    '--dataset-sampling-strategy': 'sequential',
    '--concurrency': String(load.concurrency),
    '--request-count': String(load.requests),
    '--warmup-request-count': String(load.warmupRequests),
    '--tokenizer': tokenizerDir,
    '--extra-inputs': `max_completion_tokens:${load.outputTokens}`,
    '--ui': 'none',
    '--artifact-dir': join(dir, 'out'),
    '--export-level': 'records',
  };
  return ['profile', '--streaming', '--no-gpu-telemetry', '--no-server-metrics', ...Object.entries(options).flat()];
}

function toRecord({ metadata, metrics }: z.infer<typeof lineSchema>): ToolRecord {
  return {
    ...unmatched,
    requestId: metadata.x_request_id,
    ttftMs: metrics.time_to_first_token?.value ?? null,
    tpotMs: metrics.inter_token_latency?.value ?? null,
    e2eMs: metrics.request_latency?.value ?? null,
  };
}
