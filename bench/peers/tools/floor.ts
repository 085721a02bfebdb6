import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Tool, type ToolPlace, unmatched } from '../tool.ts';
import { type FloorSettings, floorResultSchema } from './floor-files.ts';

const entry = fileURLToPath(new URL('./floor-run.ts', import.meta.url));

/** No tool: sockets read by a loop that does nothing else. What its figures are off by, the machine and the server add. */
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
    await writeFile(join(place.dir, 'settings.json'), JSON.stringify(settingsOf(place)));
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

/** Bodies as the other tools send them: made before anything is timed. */
function settingsOf({ url, model, load, prompts }: ToolPlace): FloorSettings {
  const bodyOf = (content: string) =>
    JSON.stringify({ model, messages: [{ role: 'user', content }], stream: true, max_tokens: load.outputTokens });
  const bodies = prompts.map((prompt, number) => ({ number, body: bodyOf(prompt) }));
  const warmup = bodies.slice(load.requests);
  return {
    port: Number(new URL(url).port),
    concurrency: load.concurrency,
    warmup,
    measured: bodies.slice(0, load.requests),
  };
}
