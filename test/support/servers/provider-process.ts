import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type PresetName, presets } from '../../../infra/provider/config/presets.ts';
import type { ProviderInput } from '../../../infra/provider/config/provider-config.ts';
import { type ProviderLogLine, parseProviderLog } from '../../../infra/provider/log/request-log.ts';

export type ProviderProcess = {
  /** API root for the `baseUrl` of a target. */
  url: string;
  pid: number;
  /** Returns the log lines so far. A request is logged shortly after its exchange ends. */
  readLog(): Promise<ProviderLogLine[]>;
  /** Ends the process by SIGTERM, which completes the log, and removes its files. Returns the whole log. */
  stop(): Promise<ProviderLogLine[]>;
};

const script = fileURLToPath(new URL('../../../infra/provider/provider.ts', import.meta.url));

/**
 * Starts a simulated provider in a separate process on a free port. It always ends with this process.
 * @param from a preset or a configuration; `models` is optional with a preset
 */
export async function startProviderProcess(
  from: { preset?: PresetName | PresetName[] } & Partial<ProviderInput> = {},
): Promise<ProviderProcess> {
  const { preset, ...config } = from;
  const directory = await mkdtemp(join(tmpdir(), 'tokenmeter-provider-'));
  const logFile = join(directory, 'requests.jsonl');
  const configFile = join(directory, 'provider.json');
  const named = (preset === undefined ? [] : [preset].flat()).map((name) => presets[name]);
  const models = Object.assign({}, ...named, config.models ?? {});
  await writeFile(configFile, JSON.stringify({ ...config, models, logFile }));
  // Standard input is a pipe that ends with this process, which ends the provider.
  const child = spawn(process.execPath, [script, '--config', configFile], { stdio: ['pipe', 'pipe', 'inherit'] });
  const readLog = async () => parseProviderLog(await readFile(logFile, 'utf8').catch(() => ''));
  const url = await readUrl(child.stdout, once(child, 'exit'));
  return {
    url,
    pid: child.pid ?? 0,
    readLog,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit');
        child.kill('SIGTERM');
        await exit;
      }
      const log = await readLog();
      await rm(directory, { recursive: true, force: true });
      return log;
    },
  };
}

async function readUrl(output: NodeJS.ReadableStream, exit: Promise<unknown[]>): Promise<string> {
  const lines = createInterface({ input: output });
  const first = await Promise.race([once(lines, 'line'), exit.then(() => null)]);
  if (first === null) throw new Error('The provider ended before it listened.');
  return z.object({ url: z.url() }).parse(JSON.parse(String(first[0]))).url;
}
