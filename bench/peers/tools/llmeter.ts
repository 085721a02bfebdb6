import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readSequence, type Tool, type ToolRecord, unmatched } from '../tool.ts';

const driver = fileURLToPath(new URL('../python/run-llmeter.py', import.meta.url));
const seconds = z.number().nullable();
const responseSchema = z.object({
  id: z.string().nullable(),
  error: z.string().nullable(),
  time_to_first_token: seconds,
  time_to_last_token: seconds,
  time_per_output_token: seconds,
});
const statsSchema = z.object({ requests_per_minute: z.number() });

export const llmeter: Tool = {
  name: 'llmeter',
  definitions: {
    ttft: 'time_to_first_token: first chunk with content − call of the SDK',
    tpot: 'time_per_output_token: (last − first chunk with content) / (N − 1)',
    e2e: 'time_to_last_token: last chunk with content − call of the SDK',
    rate: 'requests_per_minute / 60: requests / (last start − first start)',
  },
  e2eEndsAt: 'last token',
  rateSpan: { from: 'first start', to: 'last start' },
  prepare: async ({ url, model, load, dir, environmentDir, prompts }) => {
    const settings = {
      url,
      model,
      prompts,
      outputTokens: load.outputTokens,
      concurrency: load.concurrency,
      // Each client sends the same number of requests, so the load is a multiple of the concurrency.
      requestsPerClient: Math.ceil(load.requests / load.concurrency),
      warmupRequestsPerClient: Math.ceil(load.warmupRequests / load.concurrency),
      outputPath: join(dir, 'out'),
    };
    await writeFile(join(dir, 'settings.json'), JSON.stringify(settings));
    return { command: join(environmentDir, 'bin', 'python3'), args: [driver, join(dir, 'settings.json')] };
  },
  read: async ({ dir }) => {
    const file = (name: string) => readFile(join(dir, 'out', 'run', name), 'utf8');
    const lines = (await file('responses.jsonl')).trim().split('\n');
    const responses = lines.map((line) => responseSchema.parse(JSON.parse(line)));
    return {
      records: responses.filter(({ error }) => error === null).map(toRecord),
      requestsPerSecond: statsSchema.parse(JSON.parse(await file('stats.json'))).requests_per_minute / 60,
      measuringCpuSeconds: null,
    };
  },
};

function toRecord(response: z.infer<typeof responseSchema>): ToolRecord {
  const toMs = (value: number | null) => (value === null ? null : value * 1_000);
  return {
    ...unmatched,
    sequence: readSequence(response.id),
    ttftMs: toMs(response.time_to_first_token),
    tpotMs: toMs(response.time_per_output_token),
    e2eMs: toMs(response.time_to_last_token),
  };
}
