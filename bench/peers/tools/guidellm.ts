import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readSequence, type Tool, type ToolPlace, type ToolRecord, unmatched } from '../tool.ts';

const requestSchema = z.object({
  response_id: z.string().nullable(),
  request_end_time: z.number(),
  request_latency: z.number().nullable(),
  time_to_first_token_ms: z.number().nullable(),
  inter_token_latency_ms: z.number().nullable(),
});
const outputSchema = z.object({
  benchmarks: z
    .array(
      z.object({
        /** End of the warm-up. */
        start_time: z.number(),
        requests: z.object({ successful: z.array(requestSchema) }),
        metrics: z.object({ requests_per_second: z.object({ successful: z.object({ mean: z.number() }) }) }),
      }),
    )
    .length(1),
});

export const guidellm: Tool = {
  name: 'guidellm',
  definitions: {
    ttft: 'time_to_first_token_ms: first line with output − start (wall clock)',
    tpot: 'inter_token_latency_ms: (last − first token line) / (N − 1); its time_per_output_token_ms includes TTFT',
    e2e: 'request_latency: end of the stream − start',
    rate: 'requests_per_second: requests / (last end − end of its warm-up)',
  },
  e2eEndsAt: 'end of stream',
  rateSpan: { from: 'first end', to: 'last end' },
  prepare: async (place) => {
    const { dir, environmentDir, prompts } = place;
    await writeFile(join(dir, 'prompts.jsonl'), prompts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''));
    await writeFile(join(dir, 'config.json'), JSON.stringify({ spec: buildSpec(place) }));
    return {
      command: join(environmentDir, 'bin', 'guidellm'),
      args: ['run', '--config', join(dir, 'config.json'), '--disable-console-interactive'],
      environment: { HF_HUB_OFFLINE: '1' },
    };
  },
  read: async ({ dir }) => {
    const { benchmarks } = outputSchema.parse(JSON.parse(await readFile(join(dir, 'out.json'), 'utf8')));
    const [benchmark] = benchmarks;
    if (benchmark === undefined) throw new Error('guidellm did not write a benchmark.');
    // The statistics of guidellm include the requests that end after the warm-up.
    const measured = benchmark.requests.successful.filter((one) => one.request_end_time > benchmark.start_time);
    return {
      records: measured.map(toRecord),
      requestsPerSecond: benchmark.metrics.requests_per_second.successful.mean,
      measuringCpuSeconds: null,
    };
  },
};

function buildSpec({ url, model, load, dir, tokenizerDir }: ToolPlace) {
  const { concurrency, requests, warmupRequests, outputTokens } = load;
  return {
    backend: {
      kind: 'openai_http',
      target: new URL(url).origin,
      model,
      request_format: '/v1/chat/completions',
      max_tokens: outputTokens,
    },
    profile: {
      kind: 'concurrent',
      streams: [concurrency],
      warmup: { mode: 'requests', value: warmupRequests },
    },
    tokenizer: { kind: 'huggingface_auto', model: tokenizerDir },
    data: [{ kind: 'json_file', path: join(dir, 'prompts.jsonl') }],
    // This count includes the warm-up.
    constraints: [{ kind: 'max_requests', count: requests + warmupRequests }],
    outputs: [{ kind: 'json', path: join(dir, 'out.json') }],
  };
}

function toRecord(request: z.infer<typeof requestSchema>): ToolRecord {
  return {
    ...unmatched,
    sequence: readSequence(request.response_id),
    ttftMs: request.time_to_first_token_ms,
    tpotMs: request.inter_token_latency_ms,
    e2eMs: request.request_latency === null ? null : request.request_latency * 1_000,
  };
}
