import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { reportSchema } from '../../../shared/report/model/report.ts';
import { readAllSamples } from '../../support/service/read-all-samples.ts';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.ts';
import type { CaseCheck, CaseRun } from './case-check.ts';

const runSchema = z.looseObject({ runId: z.string(), status: z.string() });
const specSchema = z.record(z.string(), z.unknown());
const wait = { prefer: 'wait=30' };

/** Starts the case's server on a free port, runs the check, and stops the server. */
export async function runCase(service: ServiceProcess, folder: string, check: CaseCheck): Promise<void> {
  const port = await findFreePort();
  const script = join(folder, 'server.mjs');
  const server = existsSync(script) ? await startServer(script, port) : null;
  try {
    const file = join(folder, 'spec.json');
    const text = existsSync(file) ? await readFile(file, 'utf8') : '{}';
    const spec = specSchema.parse(JSON.parse(text.replaceAll(':8899', `:${port}`)));
    await check({
      service,
      folder,
      spec,
      port,
      serverOutput: () => server?.output() ?? '',
      runElsewhere: (environment) => runElsewhere(environment, spec),
      run: (other = spec) => runSpec(service, other),
    });
  } finally {
    server?.stop();
  }
}

async function runElsewhere(environment: Record<string, string>, spec: Record<string, unknown>): Promise<CaseRun> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-case-'));
  const service = await startServiceProcess(dataDir, environment);
  try {
    return await runSpec(service, spec);
  } finally {
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function runSpec(service: ServiceProcess, spec: Record<string, unknown>): Promise<CaseRun> {
  const startMs = performance.now();
  let run = runSchema.parse(await service.call('POST', '/v1/runs', spec, wait));
  const path = `/v1/runs/${run.runId}`;
  while (!['completed', 'failed', 'canceled'].includes(run.status))
    run = runSchema.parse(await service.call('GET', path, undefined, wait));
  const seconds = (performance.now() - startMs) / 1_000;
  const report = reportSchema.parse(await service.call('GET', `${path}/report`));
  return { samples: await readAllSamples(service, run.runId), report, seconds };
}

async function startServer(script: string, port: number) {
  const child = spawn(process.execPath, [script, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  while (!output.includes('listening')) {
    if (child.exitCode !== null) throw new Error(`The server of the case ended before it listened: ${output}`);
    await sleep(20);
  }
  return { output: () => output, stop: () => child.kill() };
}

async function findFreePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // an object, because it listens on an address and not on a pipe
  server.close();
  await once(server, 'close');
  return port;
}
