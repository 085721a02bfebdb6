import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Tool, type ToolPlace, unmatched } from '../tool.ts';

const entry = fileURLToPath(new URL('./floor-run.ts', import.meta.url));

/** A loop that only reads sockets. Its errors are those of the machine and the server. */
export const floor: Tool = {
  name: 'floor',
  definitions: {
    ttft: 'first read with a token − write of the request',
    tpot: '(last − first read with a token) / (N − 1)',
    e2e: 'last read with a token − write of the request',
    rate: 'none',
  },
  e2eEndsAt: 'last token',
  rateSpan: { from: 'first start', to: 'last end' },
  prepare: async (place) => {
    await writeFile(join(place.dir, 'settings.json'), JSON.stringify(buildSettings(place)));
    return { command: process.execPath, args: [entry, place.dir] };
  },
  read: async ({ dir }) => {
    const text = await readFile(join(dir, 'floor.json'), 'utf8');
    const { records, cpuSeconds } = floorResultSchema.parse(JSON.parse(text));
    return {
      records: records.map((record) => ({ ...unmatched, ...record })),
      requestsPerSecond: null,
      measuringCpuSeconds: cpuSeconds,
    };
  },
};

/** Builds the same bodies as the other tools in advance. */
function buildSettings({ url, model, load, prompts }: ToolPlace): FloorSettings {
  const renderBody = (content: string) =>
    JSON.stringify({ model, messages: [{ role: 'user', content }], stream: true, max_tokens: load.outputTokens });
  const bodies = prompts.map((prompt, number) => ({ number, body: renderBody(prompt) }));
  const warmup = bodies.slice(load.requests);
  return {
    port: Number(new URL(url).port),
    concurrency: load.concurrency,
    warmup,
    measured: bodies.slice(0, load.requests),
  };
}

export type FloorRequest = { /** Number of the prompt. */ number: number; body: string };

export type FloorSettings = {
  port: number;
  concurrency: number;
  warmup: FloorRequest[];
  measured: FloorRequest[];
};

export const floorResultSchema = z.object({
  records: z.array(
    z.object({ promptNumber: z.number(), ttftMs: z.number(), tpotMs: z.number().nullable(), e2eMs: z.number() }),
  ),
  /** CPU seconds of the process from the first write to the end of the last answer. */
  cpuSeconds: z.number(),
});
export type FloorResult = z.infer<typeof floorResultSchema>;
