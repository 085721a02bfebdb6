import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readSequence, type Tool, type ToolPlace, type ToolRecord, unmatched } from '../tool.ts';

const requestSchema = z.object({
  info: z.object({ response_metrics: z.object({ response_chunks: z.array(z.string()) }) }),
  computed_metrics: z.object({
    request_latency: z.number(),
    time_to_first_token: z.number().nullable(),
    time_per_output_token: z.number().nullable(),
  }),
});
const chunkSchema = z.object({ id: z.string() });
const stageSchema = z.object({ successes: z.object({ throughput: z.object({ requests_per_sec: z.number() }) }) });

export const inferencePerf: Tool = {
  name: 'inference-perf',
  definitions: {
    ttft: 'time_to_first_token: first chunk with content − start',
    tpot: 'time_per_output_token: (last − first chunk) / (N − 1)',
    e2e: 'request_latency: end of the request − start',
    rate: 'requests_per_sec of the stage: requests / (last end − first start)',
  },
  e2eEndsAt: 'end of stream',
  rateSpan: { from: 'first start', to: 'last end' },
  prepare: async (place) => {
    const { dir, environmentDir } = place;
    // JSON is YAML.
    await writeFile(join(dir, 'config.yml'), JSON.stringify(buildConfig(place)));
    return {
      command: join(environmentDir, 'bin', 'inference-perf'),
      args: ['--config_file', join(dir, 'config.yml')],
      environment: { HF_HUB_OFFLINE: '1' },
    };
  },
  read: async ({ dir, load }) => {
    const file = (name: string) => readFile(join(dir, 'out', name), 'utf8');
    const requests = z.array(requestSchema).parse(JSON.parse(await file('per_request_lifecycle_metrics.json')));
    const stage = stageSchema.parse(JSON.parse(await file('stage_1_lifecycle_metrics.json')));
    // The first stage is the warm-up, which ends before the second stage.
    const records = requests.map(toRecord).filter(({ sequence }) => (sequence ?? 0) >= load.warmupRequests);
    return { records, requestsPerSecond: stage.successes.throughput.requests_per_sec, measuringCpuSeconds: null };
  },
};

/** Uses `/v1/completions` with random words, because only these generators have a fixed output length. */
function buildConfig({ url, model, load, dir, tokenizerDir }: ToolPlace) {
  const { concurrency, requests, warmupRequests, outputTokens, promptWords } = load;
  const always = (value: number) => ({
    min: value,
    max: value,
    mean: value,
    std_dev: 0,
    total_count: requests + warmupRequests,
  });
  return {
    api: { type: 'completion', streaming: true },
    data: { type: 'random', input_distribution: always(promptWords), output_distribution: always(outputTokens) },
    load: {
      type: 'concurrent',
      stages: [
        { num_requests: warmupRequests, concurrency_level: concurrency },
        { num_requests: requests, concurrency_level: concurrency },
      ],
    },
    server: { type: 'vllm', model_name: model, base_url: new URL(url).origin, ignore_eos: true },
    tokenizer: { pretrained_model_name_or_path: tokenizerDir },
    report: {
      request_lifecycle: {
        per_request: true,
        per_request_fields: { request: false, response: false, computed_metrics: true },
      },
    },
    storage: { local_storage: { path: join(dir, 'out') } },
  };
}

function toRecord({ info, computed_metrics: computed }: z.infer<typeof requestSchema>): ToolRecord {
  const [chunk] = info.response_metrics.response_chunks;
  const toMs = (seconds: number | null) => (seconds === null ? null : seconds * 1_000);
  return {
    ...unmatched,
    sequence: chunk === undefined ? null : readSequence(chunkSchema.parse(JSON.parse(chunk)).id),
    ttftMs: toMs(computed.time_to_first_token),
    tpotMs: toMs(computed.time_per_output_token),
    e2eMs: toMs(computed.request_latency),
  };
}
