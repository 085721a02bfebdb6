import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describeMachine } from './describe-machine.ts';
import { installTool, pinnedVersion } from './install-tool.ts';
import { type PeersOptions, readOptions } from './read-options.ts';
import { answerWords } from './reference/answer-words.ts';
import { renderDefinitions, renderLoad, type ToolReport } from './render-peers.ts';
import { runTool } from './run-tool.ts';
import type { Tool } from './tool.ts';
import { aiperf } from './tools/aiperf.ts';
import { guidellm } from './tools/guidellm.ts';
import { inferencePerf } from './tools/inference-perf.ts';
import { llmeter } from './tools/llmeter.ts';
import { tokenmeter } from './tools/tokenmeter.ts';
import { writeTokenizer } from './write-tokenizer.ts';

/* `npm run bench:peers`: every tool against the same server, in turn, and what each got wrong. */

const peers = [guidellm, aiperf, inferencePerf, llmeter];
const runLimitMs = 300_000;

type Installed = { tool: Tool; version: string; environmentDir: string };

const options = readOptions(
  process.argv.slice(2),
  peers.map(({ name }) => name),
);
const say = (line: string) => console.error(line);
const scratch = await mkdtemp(join(tmpdir(), 'tokenmeter-peers-'));
try {
  const machine = describeMachine(new Date());
  const reports = await runAll(options, await installAll(options));
  const levels = options.loads.map(({ concurrency }) => renderLoad(reports, concurrency));
  console.log([machine, renderDefinitions(reports), ...levels, renderFailures(reports)].join('\n\n'));
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify({ machine, reports }, null, 2)}\n`);
  if (reports.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function installAll({
  tools,
  python,
  cache,
}: PeersOptions): Promise<{ installed: Installed[]; tokenizerDir: string }> {
  const dir = cache === null ? join(scratch, 'environments') : resolve(cache);
  const installed: Installed[] = [{ tool: tokenmeter, version: await ownVersion(), environmentDir: '' }];
  for (const tool of peers.filter(({ name }) => tools.includes(name))) {
    say(`Installing ${tool.name} …`);
    const environmentDir = await installTool(tool.name, { python, dir });
    installed.push({ tool, version: await pinnedVersion(tool.name), environmentDir });
  }
  return { installed, tokenizerDir: await writeTokenizer(scratch, answerWords) };
}

async function runAll(
  { loads, rounds, python, tokensPerSecond }: PeersOptions,
  { installed, tokenizerDir }: Awaited<ReturnType<typeof installAll>>,
): Promise<ToolReport[]> {
  const reports = installed.map(({ tool, version }) => ({ tool, version, runs: [], failures: [] }) as ToolReport);
  const pace = { model: 'reference', tokensPerSecond, firstTokenMs: { min: 150, max: 350 } };
  for (const load of loads)
    for (let round = 1; round <= rounds; round++)
      for (const [place, { tool, environmentDir }] of installed.entries()) {
        const report = reports[place];
        const name = `${tool.name}, ${load.concurrency} concurrent, round ${round} of ${rounds}`;
        const dir = join(scratch, `${tool.name}-${load.concurrency}-${round}`);
        try {
          const run = await runTool(tool, {
            pace,
            load,
            python,
            environmentDir,
            tokenizerDir,
            dir,
            limitMs: runLimitMs,
          });
          report?.runs.push(run);
          say(`${name}: TTFT error p99 ${run.ttft?.p99.toFixed(2)} ms, CPU ${run.cpuPerThousand.whole.toFixed(1)} s`);
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          report?.failures.push(`${name}: ${reason}`);
          say(`${name} failed. ${reason}`);
        }
        await rm(dir, { recursive: true, force: true });
      }
  return reports;
}

function renderFailures(reports: readonly ToolReport[]): string {
  const failures = reports.flatMap((report) => report.failures);
  return failures.length === 0 ? 'No run failed.' : `Failed:\n\n${failures.map((text) => `- ${text}`).join('\n')}`;
}

async function ownVersion(): Promise<string> {
  const file = new URL('../../package.json', import.meta.url);
  const { version }: { version: string } = JSON.parse(await readFile(file, 'utf8'));
  return version;
}
