import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { compareWithTruth, findWindow } from './compare-with-truth.ts';
import { type LoggedRequest, type ReferenceMessage, referenceMessageSchema } from './reference/reference-log.ts';
import { composePrompt } from './reference/reference-prompt.ts';
import { runCommand } from './run-command.ts';
import type { Tool } from './tool.ts';
import type { PeerLoad, ToolRun } from './tool-run.ts';
import { computeCpuSeconds } from './watch-cpu.ts';

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

/** Runs one tool against a new server and compares its records with that server's log. */
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
      cpuSecondsUnderLoad: computeCpuSeconds(use.readings, findWindow(log)),
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

const entry = fileURLToPath(new URL('./reference/reference-process.ts', import.meta.url));

export type Reference = {
  url: string;
  readLog(): Promise<LoggedRequest[]>;
  close(): Promise<void>;
};

export type ReferencePace = { model: string; tokensPerSecond: number; firstTokenMs: { min: number; max: number } };

/** Starts the reference server in a separate process on a free loopback port. */
export async function startReference({ model, tokensPerSecond, firstTokenMs }: ReferencePace): Promise<Reference> {
  const child = fork(entry, [model, tokensPerSecond, firstTokenMs.min, firstTokenMs.max].map(String), {
    serialization: 'advanced',
  });
  const exited = once(child, 'exit');
  const hear = async <S extends ReferenceMessage['say']>(say: S): Promise<Extract<ReferenceMessage, { say: S }>> => {
    const ended = exited.then(() => {
      throw new Error('The reference server ended.');
    });
    const [raw] = await Promise.race([once(child, 'message'), ended]);
    const message = referenceMessageSchema.parse(raw);
    if (!hasKind(message, say)) throw new Error(`The reference server said ${message.say}`);
    return message;
  };
  const { url } = await hear('listening');
  return {
    url,
    readLog: async () => {
      child.send('log');
      return (await hear('log')).requests;
    },
    close: async () => {
      child.send('stop');
      await exited;
    },
  };
}

function hasKind<S extends ReferenceMessage['say']>(
  message: ReferenceMessage,
  say: S,
): message is Extract<ReferenceMessage, { say: S }> {
  return message.say === say;
}
