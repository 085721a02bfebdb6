import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { findPython } from '../../test/support/python/install-requirements.ts';
import { describeMachine } from './describe-machine.ts';
import { installTool, readPinnedVersion } from './install-tool.ts';
import { type PeersOptions, readOptions } from './read-options.ts';
import { readOutcomes } from './read-outcomes.ts';
import { answerWords } from './reference/reference-prompt.ts';
import { renderPeers } from './render-peers.ts';
import { type InstalledTool, runRounds } from './run-rounds.ts';
import type { BenchOutcome } from './tool-run.ts';
import { aiperf } from './tools/aiperf.ts';
import { floor } from './tools/floor.ts';
import { guidellm } from './tools/guidellm.ts';
import { inferencePerf } from './tools/inference-perf.ts';
import { llmeter } from './tools/llmeter.ts';
import { tokenmeter } from './tools/tokenmeter.ts';
import { writeTokenizer } from './write-tokenizer.ts';

/* `npm run bench:peers`: runs each tool against the same server in turn and computes its measurement errors. */

const peers = [guidellm, aiperf, inferencePerf, llmeter];
const selectable = [...peers, floor].map(({ name }) => name);

const options = readOptions(process.argv.slice(2), selectable);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => interrupted.abort(new Error('Interrupted')));

const say = (line: string) => console.error(line);

try {
  const outcome = options.render.length > 0 ? await readOutcomes(options.render) : await bench();
  console.log(renderPeers(outcome));
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(outcome, null, 2)}\n`);
  if (outcome.reports.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function bench(): Promise<BenchOutcome> {
  const python = await findPython(options.python, '3.12');
  const scratch = await mkdtemp(join(tmpdir(), 'tokenmeter-peers-'));
  try {
    const asked = { ...options, python };
    const installed = await installAll(asked, scratch);
    const tokenizerDir = await writeTokenizer(scratch, answerWords);
    const reports = await runRounds({ installed, tokenizerDir, scratch, signal: interrupted.signal, say }, asked);
    return { machine: describeMachine(), reports };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function installAll({ tools, python, cache }: PeersOptions, scratch: string): Promise<InstalledTool[]> {
  const dir = cache === null ? join(scratch, 'environments') : resolve(cache);
  const installed: InstalledTool[] = [{ tool: tokenmeter, version: await readOwnVersion(), environmentDir: '' }];
  for (const tool of peers.filter(({ name }) => tools.includes(name))) {
    say(`Installing ${tool.name} …`);
    const environmentDir = await installTool(tool.name, { python, dir });
    installed.push({ tool, version: await readPinnedVersion(tool.name), environmentDir });
    interrupted.signal.throwIfAborted();
  }
  if (tools.includes(floor.name)) installed.push({ tool: floor, version: process.version, environmentDir: '' });
  return installed;
}

async function readOwnVersion(): Promise<string> {
  const file = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(file)).version;
}
