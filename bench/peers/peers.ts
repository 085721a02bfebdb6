import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { describeMachine } from './describe-machine.ts';
import { installTool, pinnedVersion } from './install-tool.ts';
import { type PeersOptions, readOptions } from './read-options.ts';
import { answerWords } from './reference/answer-words.ts';
import { renderDefinitions, renderLoad, type ToolReport } from './render-peers.ts';
import { type InstalledTool, runRounds } from './run-rounds.ts';
import { aiperf } from './tools/aiperf.ts';
import { guidellm } from './tools/guidellm.ts';
import { inferencePerf } from './tools/inference-perf.ts';
import { llmeter } from './tools/llmeter.ts';
import { tokenmeter } from './tools/tokenmeter.ts';
import { writeTokenizer } from './write-tokenizer.ts';

/* `npm run bench:peers`: every tool against the same server, in turn, and what each got wrong. */

const peers = [guidellm, aiperf, inferencePerf, llmeter];
const peerNames = peers.map(({ name }) => name);

const options = readOptions(process.argv.slice(2), peerNames);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => interrupted.abort(new Error('Interrupted')));

const say = (line: string) => console.error(line);
const scratch = await mkdtemp(join(tmpdir(), 'tokenmeter-peers-'));
try {
  const installed = await installAll(options);
  const tokenizerDir = await writeTokenizer(scratch, answerWords);
  const machine = describeMachine(new Date());
  const reports = await runRounds({ installed, tokenizerDir, scratch, signal: interrupted.signal, say }, options);
  console.log(render(machine, reports));
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify({ machine, reports }, null, 2)}\n`);
  if (reports.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function installAll({ tools, python, cache }: PeersOptions): Promise<InstalledTool[]> {
  const dir = cache === null ? join(scratch, 'environments') : resolve(cache);
  const installed: InstalledTool[] = [{ tool: tokenmeter, version: await ownVersion(), environmentDir: '' }];
  for (const tool of peers.filter(({ name }) => tools.includes(name))) {
    say(`Installing ${tool.name} …`);
    const environmentDir = await installTool(tool.name, { python, dir });
    installed.push({ tool, version: await pinnedVersion(tool.name), environmentDir });
    interrupted.signal.throwIfAborted();
  }
  return installed;
}

function render(machine: string, reports: readonly ToolReport[]): string {
  const levels = options.loads.map(({ concurrency }) => renderLoad(reports, concurrency));
  const failures = reports.flatMap((report) => report.failures).map((text) => `- ${text}`);
  const end = failures.length === 0 ? 'No run failed.' : `Failed:\n\n${failures.join('\n')}`;
  return [machine, ...levels, renderDefinitions(reports), end].join('\n\n');
}

async function ownVersion(): Promise<string> {
  const file = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(file)).version;
}
