import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PeersOptions } from './read-options.ts';
import { runTool } from './run-tool.ts';
import type { Tool } from './tool.ts';
import type { PeerLoad, ToolReport } from './tool-run.ts';

export type InstalledTool = { tool: Tool; version: string; environmentDir: string };

export type Bench = {
  installed: InstalledTool[];
  tokenizerDir: string;
  /** Folder for the temporary folders of the runs. */
  scratch: string;
  signal: AbortSignal;
  say(line: string): void;
};

const runLimitMs = 300_000;
const firstTokenMs = { min: 150, max: 350 };

/**
 * Runs all tools in turn for each round and each load, so that drift of the machine affects all of them. A failed run is
 * recorded, and the others continue.
 * @throws Error if aborted
 */
export async function runRounds(bench: Bench, options: PeersOptions): Promise<ToolReport[]> {
  const { installed, scratch, signal, say } = bench;
  const reports = installed.map(({ tool, version }): ToolReport => ({ tool, version, runs: [], failures: [] }));
  const lastRound = options.firstRound + options.rounds - 1;
  for (const load of options.loads)
    for (let round = options.firstRound; round <= lastRound; round++)
      for (const [place, one] of installed.entries()) {
        const name = `${one.tool.name}, ${load.concurrency} concurrent, ${load.requests} requests, round ${round}`;
        const dir = join(scratch, `${one.tool.name}-${load.concurrency}-${load.requests}-${round}`);
        try {
          const run = { ...(await runOne(bench, options, one, load, dir)), round };
          reports[place]?.runs.push(run);
          say(`${name}: TTFT error p99 ${run.ttft?.p99.toFixed(2)} ms, CPU ${run.cpuSeconds.toFixed(1)} s`);
        } catch (error) {
          signal.throwIfAborted();
          const reason = error instanceof Error ? error.message : String(error);
          reports[place]?.failures.push(`${name}: ${reason}`);
          say(`${name} failed. ${reason}`);
        }
        await rm(dir, { recursive: true, force: true });
      }
  return reports;
}

function runOne(
  { tokenizerDir, signal }: Bench,
  { python, tokensPerSecond }: PeersOptions,
  { tool, environmentDir }: InstalledTool,
  load: PeerLoad,
  dir: string,
) {
  const pace = { model: 'reference', tokensPerSecond, firstTokenMs };
  return runTool(tool, { pace, load, python, environmentDir, tokenizerDir, dir, limitMs: runLimitMs, signal });
}
