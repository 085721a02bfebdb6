import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export type Server = { endpoint: string; stop(): Promise<void> };

type ServerOptions = { logFolder: string; cwd?: string; env?: Record<string, string>; startWithinMs?: number };

/**
 * Starts a server in a process on a free port. Resolves when it answers HTTP.
 * Its output goes to `<name>.log` in the log folder.
 * @throws Error with the end of its log if it ends or does not answer in time
 */
export async function startServer(
  name: string,
  command: string,
  buildArguments: (port: number) => string[],
  { logFolder, startWithinMs = 60_000, ...options }: ServerOptions,
): Promise<Server> {
  const port = await freePort();
  await mkdir(logFolder, { recursive: true });
  const logFile = join(logFolder, `${name}.log`);
  const log = createWriteStream(logFile);
  await once(log, 'open');
  const child = spawn(command, buildArguments(port), { stdio: ['ignore', log, log], ...options });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const endpoint = `http://127.0.0.1:${port}`;
  if (!(await answers(endpoint, child, startWithinMs))) {
    kill();
    await exited;
    const end = (await readFile(logFile, 'utf8')).split('\n').slice(-20).join('\n');
    throw new Error(`${name} did not start. End of ${logFile}:\n${end}`);
  }
  return {
    endpoint,
    stop: async () => {
      child.kill('SIGTERM');
      const force = setTimeout(kill, 5_000);
      await exited;
      process.off('exit', kill);
      clearTimeout(force);
      log.close();
    },
  };
}

async function answers(endpoint: string, child: ChildProcess, startWithinMs: number): Promise<boolean> {
  const untilMs = Date.now() + startWithinMs;
  while (Date.now() < untilMs && child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(endpoint, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    if (answer !== null) return true;
    await delay(100);
  }
  return false;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  return address.port;
}
