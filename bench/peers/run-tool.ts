import { mkdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { type Comparison, compareWithTruth, windowOf } from './compare-with-truth.ts';
import type { LoggedRequest } from './reference/reference-log.ts';
import { composePrompt } from './reference/reference-prompt.ts';
import { runCommand } from './run-command.ts';
import { type ReferencePace, startReference } from './start-reference.ts';
import type { PeerLoad, Tool } from './tool.ts';
import { cpuSecondsWithin } from './watch-cpu.ts';

export type ToolRun = Comparison & {
  tool: string;
  load: PeerLoad;
  /** One-minute load average as the tool started. */
  loadAverage: number;
  wallSeconds: number;
  /** Requests that the server got, the warm-up's among them. */
  served: number;
  /** CPU seconds of the tool's process tree, per 1,000 requests served. */
  cpuPerThousand: {
    /** From the start of the tool to its end: loading, preparing and reporting too. */
    whole: number;
    /** From the server's first receipt to the last token it sent. */
    underLoad: number | null;
    /** Of the processes that measure, over their work on the run, where the tool can tell. */
    measuring: number | null;
  };
  /** How long after the last token the end of the stream was written, at most: how far the two truths of e2e are apart. */
  endAfterLastTokenMaxMs: number;
};

/** A run as one of several. */
export type RoundRun = ToolRun & { round: number };

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
    const use = await runCommand(command, { dir, python, limitMs, signal });
    const log = await reference.readLog();
    const result = await tool.read(place);
    const perThousand = (seconds: number | null) => (seconds === null ? null : (seconds * 1_000) / log.length);
    return {
      tool: tool.name,
      load,
      loadAverage,
      wallSeconds: use.wallSeconds,
      served: log.length,
      ...compareWithTruth(tool, result, log),
      cpuPerThousand: {
        whole: (use.cpuSeconds * 1_000) / log.length,
        underLoad: perThousand(cpuSecondsWithin(use.readings, windowOf(log))),
        measuring: perThousand(result.measuringCpuSeconds),
      },
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
