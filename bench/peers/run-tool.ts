import { mkdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { compareWithTruth, windowOf } from './compare-with-truth.ts';
import type { LoggedRequest } from './reference/reference-log.ts';
import { composePrompt } from './reference/reference-prompt.ts';
import { runCommand } from './run-command.ts';
import { type ReferencePace, startReference } from './start-reference.ts';
import type { Tool } from './tool.ts';
import type { PeerLoad, ToolRun } from './tool-run.ts';
import { cpuSecondsWithin } from './watch-cpu.ts';

export type RunSettings = {
  pace: ReferencePace;
  load: PeerLoad;
  python: string;
  environmentDir: string;
  tokenizerDir: string;
  dir: string;
  limitMs: number;
  /** Ends the tool. */
  signal: AbortSignal;
};

/** One run of one tool against a server of its own, compared with that server's log. */
export async function runTool(tool: Tool, settings: RunSettings): Promise<ToolRun> {
  const { pace, load, python, environmentDir, tokenizerDir, dir, limitMs, signal } = settings;
  await mkdir(dir, { recursive: true });
  const reference = await startReference(pace);
  try {
    const place = {
      url: reference.url,
      model: pace.model,
      load,
      dir,
      environmentDir,
      tokenizerDir,
      prompts: composePrompts(load),
    };
    const command = await tool.prepare(place);
    const [loadAverage = 0] = loadavg();
    const startedAt = new Date().toISOString();
    const use = await runCommand(command, { dir, python, limitMs, signal });
    const log = await reference.readLog();
    const result = await tool.read(place);
    return {
      tool: tool.name,
      load,
      startedAt,
      loadAverage,
      wallSeconds: use.wallSeconds,
      served: log.length,
      ...compareWithTruth(tool, result, log),
      cpuSeconds: use.cpuSeconds,
      cpuSecondsUnderLoad: cpuSecondsWithin(use.readings, windowOf(log)),
      cpuSecondsMeasuring: result.measuringCpuSeconds,
      endAfterLastTokenMaxMs: Math.max(...log.map(endAfterLastTokenMs)),
    };
  } finally {
    await reference.close();
  }
}

function composePrompts({ requests, warmupRequests, promptWords }: PeerLoad): string[] {
  return Array.from({ length: requests + warmupRequests }, (_, number) => composePrompt(number, promptWords));
}

function endAfterLastTokenMs({ tokensSentAtMs, endSentAtMs }: LoggedRequest): number {
  const last = tokensSentAtMs.at(-1);
  return last === undefined || endSentAtMs === null ? 0 : endSentAtMs - last;
}
