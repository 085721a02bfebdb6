import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { PeerLoad } from './tool-run.ts';

export type PeersOptions = {
  tools: string[];
  loads: PeerLoad[];
  rounds: number;
  /** Number of the first round, if the bench is run in parts. */
  firstRound: number;
  tokensPerSecond: number;
  /** Python 3.12 or later with venv. */
  python: string;
  /** Folder of the virtual environments; null for a temporary folder. */
  cache: string | null;
  /** Output file for all values. */
  json: string | null;
  /** Files of earlier runs, whose tables are printed instead of a new run. */
  render: string[];
};

const loadPattern = /^(\d+):(\d+)$/;
const count = z.coerce.number().int().positive();
const optionsSchema = z.object({
  tools: z.string().optional(),
  load: z.array(z.string().regex(loadPattern, 'use CONCURRENCY:REQUESTS')).default(['64:640', '16:320']),
  rounds: count.default(3),
  'first-round': count.default(1),
  'tokens-per-second': z.coerce.number().positive().default(33),
  'output-tokens': count.default(100),
  'prompt-words': count.default(256),
  python: z.string().default('python3'),
  cache: z.string().nullable().default(null),
  json: z.string().nullable().default(null),
  render: z.array(z.string()).default([]),
});

const single = [
  'tools',
  'rounds',
  'first-round',
  'tokens-per-second',
  'output-tokens',
  'prompt-words',
  'python',
  'cache',
  'json',
] as const;
const several = ['load', 'render'] as const;

/**
 * Reads the command line: `--load 64:640` (repeatable), `--rounds`, `--first-round`, `--tools guidellm,aiperf`,
 * `--tokens-per-second`, `--output-tokens`, `--prompt-words`, `--python`, `--cache`, `--json`, and `--render FILE`
 * (repeatable). Of two loads with the same concurrency the longer gives the values; both give the CPU per request.
 * @throws Error if an option is unknown or invalid
 */
export function readOptions(args: string[], known: readonly string[]): PeersOptions {
  const declared = Object.fromEntries([
    ...single.map((name) => [name, { type: 'string' as const }]),
    ...several.map((name) => [name, { type: 'string' as const, multiple: true }]),
  ]);
  const { values } = parseArgs({ args, options: declared });
  const options = optionsSchema.parse(values);
  const tools = options.tools?.split(',') ?? [...known];
  const stranger = tools.find((name) => !known.includes(name));
  if (stranger !== undefined) throw new Error(`Tool "${stranger}" does not exist. Use one of: ${known.join(', ')}.`);
  const loads = options.load.map((text) => {
    const [concurrency = 0, requests = 0] = text.split(':').map(Number);
    const [outputTokens, promptWords] = [options['output-tokens'], options['prompt-words']];
    return { concurrency, requests, warmupRequests: concurrency, outputTokens, promptWords };
  });
  return {
    tools,
    loads,
    rounds: options.rounds,
    firstRound: options['first-round'],
    tokensPerSecond: options['tokens-per-second'],
    python: options.python,
    cache: options.cache,
    json: options.json,
    render: options.render,
  };
}
