import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type ServiceProcess = {
  url: string;
  apiKey: string;
  pid: number;
  /** Returns the output so far. */
  output(): string;
  hasEnded(): boolean;
  /** Sends SIGKILL to the service and all its workers. */
  kill(): Promise<void>;
  /** Sends SIGTERM. Resolves when the service has stopped. */
  stop(): Promise<void>;
  /** Calls the API and returns the JSON of the response. Throws for a status of 400 or more. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<unknown>;
};

const script = fileURLToPath(new URL('../../../infra/serve/serve.ts', import.meta.url));

/** Starts the whole service as `npm start` does, in separate processes on a free port. */
export async function startServiceProcess(
  dataDir: string,
  environment: Record<string, string> = {},
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [script], {
    // A separate process group lets a kill reach the workers also.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], DATA_DIR: dataDir, PORT: '0', LOOPBACK_PORTS: 'any', ...environment },
  });
  const exited = once(child, 'exit');
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      const found = /listens on (\S+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then(() => reject(new Error(`The service ended before it listened: ${output}`)));
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const apiKey = (await readFile(join(dataDir, 'local-api-key'), 'utf8')).trim();
  const pid = child.pid ?? 0;
  return {
    url,
    apiKey,
    pid,
    output: () => output,
    hasEnded,
    kill: async () => {
      if (!hasEnded()) process.kill(-pid, 'SIGKILL');
      await exited;
    },
    stop: async () => {
      if (!hasEnded()) child.kill('SIGTERM');
      await exited;
    },
    call: (...request) => callApi(url, apiKey, ...request),
  };
}

async function callApi(
  url: string,
  apiKey: string,
  ...[method, path, body, headers = {}]: Parameters<ServiceProcess['call']>
): Promise<unknown> {
  const content = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, ...content, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}
