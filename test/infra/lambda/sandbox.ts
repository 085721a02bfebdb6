import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { lambdaLimits } from '../../../shared/lambda-limits.ts';
import { formatLineage, type Lineage } from './lineage.ts';
import { type Outcome, startRuntimeApi } from './runtime-api.ts';

/** Definition of a Lambda function. */
export type FunctionSource = {
  name: string;
  /** The deployment package, unpacked. */
  folder: string;
  environment: Record<string, string>;
  memoryMb: number;
  timeoutMs: number;
  /** Whether Lambda ends a chain in which the function is invoked too often. */
  recursiveLoop: 'Allow' | 'Terminate';
  /** Entry module of the runtime interface client. */
  client: string;
};

/** Outcome of an invocation: the client's result, or the end of its process. */
export type InvocationEnd = Outcome | { kind: 'timeout' } | { kind: 'crash'; body: string };

/** Fault of one invocation: another time limit, or a kill of its process. */
export type Fate = { timeoutMs?: number; killAfterMs?: number };

/** An execution environment: one process of the client, which handles one invocation at a time. */
export type Sandbox = {
  /** Time from the start of the process to its first poll for an invocation. */
  initMs: number;
  invoke(event: unknown, fate?: Fate, lineage?: Lineage): Promise<InvocationEnd>;
  /** False once the process has ended. */
  isAlive(): boolean;
  /** Returns the most memory in MB that the process had at a time. */
  readPeakMemoryMb(): number;
  kill(): Promise<void>;
};

const outputLength = 20_000;

/** Processes that must not outlive this one. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Limits the open files of a process, and starts it. */
const limitedStart = `ulimit -n ${lambdaLimits.descriptors} && exec "$0" "$@"`;

/**
 * Starts an execution environment like Lambda: the runtime interface client in a process with only its deployment package and
 * environment, without those of the shell. The process has Lambda's limits of open files and of its temporary folder.
 * @throws Error with the output of the process if its init fails
 */
export async function startSandbox(source: FunctionSource): Promise<Sandbox> {
  const api = await startRuntimeApi();
  const startMs = performance.now();
  const temporary = mkdtempSync(join(tmpdir(), 'tokenmeter-lambda-'));
  const own = { AWS_LAMBDA_RUNTIME_API: api.address, TMPDIR: temporary };
  const child = spawn('/bin/sh', ['-c', limitedStart, process.execPath, source.client, 'index.handler'], {
    cwd: source.folder,
    env: { ...lambdaEnvironment(source), ...own, ...source.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-outputLength);
    });
  let isAlive = true;
  const exited = once(child, 'exit').then(() => {
    isAlive = false;
    children.delete(child);
    rmSync(temporary, { recursive: true, force: true });
    return api.close();
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  let isLate = false;
  const ended = exited.then((): InvocationEnd => (isLate ? { kind: 'timeout' } : { kind: 'crash', body: output }));
  await Promise.race([
    api.ready,
    exited.then(() => Promise.reject(new Error(`${source.name} ended in its init: ${output}`))),
  ]);
  return {
    initMs: performance.now() - startMs,
    isAlive: () => isAlive,
    readPeakMemoryMb: () => readPeakMemoryMb(child.pid),
    kill,
    invoke: async (event, { timeoutMs = source.timeoutMs, killAfterMs } = {}, lineage = new Map()) => {
      const invoking = api.invoke(newInvocation(source.name, event, timeoutMs, lineage));
      const stop = () => {
        isLate = true;
        void kill();
      };
      const timers = [setTimeout(stop, timeoutMs)];
      if (killAfterMs !== undefined) timers.push(setTimeout(() => void kill(), killAfterMs));
      try {
        const end = await Promise.race([invoking, ended]);
        if (isAlive && measureFolder(temporary) > lambdaLimits.temporaryBytes) {
          await kill();
          return { kind: 'crash', body: `${source.name} stored more files than its temporary folder holds` };
        }
        return end;
      } finally {
        for (const timer of timers) clearTimeout(timer);
      }
    },
  };
}

function readPeakMemoryMb(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024);
}

function lambdaEnvironment({ name, folder, memoryMb }: FunctionSource): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    _HANDLER: 'index.handler',
    LAMBDA_TASK_ROOT: folder,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_REGION: 'us-east-1',
    // Tells the emulated services whose role calls.
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SESSION_TOKEN: 'test',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
  };
}

/** Returns the size of all files in a folder in bytes. */
function measureFolder(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce(
    (bytes, name) => bytes + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function newInvocation(name: string, event: unknown, timeoutMs: number, lineage: Lineage) {
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  return {
    requestId: randomUUID(),
    event,
    deadlineMs: Date.now() + timeoutMs,
    functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    traceId: [
      `Root=1-${seconds}-${randomBytes(12).toString('hex')}`,
      `Parent=${randomBytes(8).toString('hex')}`,
      'Sampled=0',
      formatLineage(lineage),
    ].join(';'),
  };
}
