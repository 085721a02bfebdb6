import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { completeRun } from '../../infra/client/run-client.ts';
import { startLocal } from '../../infra/local/start-local.ts';
import { startProvider } from '../../infra/provider/start-provider.ts';
import { readReport } from '../../shared/report/model/read-report.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { startBusyLoops } from './busy-loops.ts';

/* `npx node bench/trust/trust.ts [--runs 20] [--only alone|starved]`: checks the trust of runs with and without a busy loop on each core. */

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '20' }, only: { type: 'string' } },
});
const runs = Number(values.runs);
const expected = { alone: 'ok', starved: 'suspect' } as const;
type Circumstance = keyof typeof expected;

const directory = await mkdtemp(join(tmpdir(), 'tokenmeter-trust-'));
const provider = await startProvider('anyscale-2023', join(directory, 'provider.ndjson'));
const server = await startLocal({
  dataDir: join(directory, 'data'),
  port: 0,
  environment: { LOG_LEVEL: 'error', LOOPBACK_PORTS: 'any' },
});
try {
  // The first run loads the worker process.
  await measure();
  let right = true;
  for (const circumstance of ['alone', 'starved'] as const)
    if (values.only === undefined || values.only === circumstance) right = (await repeat(circumstance)) && right;
  process.exitCode = right ? 0 : 1;
} finally {
  await server.close();
  await provider.close();
  await rm(directory, { recursive: true });
}

async function repeat(circumstance: Circumstance): Promise<boolean> {
  console.log(`\n${circumstance}: load average ${loadavg()[0]?.toFixed(1)}`);
  const stop = circumstance === 'starved' ? startBusyLoops(availableParallelism()) : () => {};
  let right = 0;
  try {
    for (let run = 1; run <= runs; run++) {
      const report = await measure();
      if (report.trust.result === expected[circumstance]) right++;
      console.log(`${run}: ${report.trust.result}; ${describe(report)}`);
      for (const reason of report.trust.reasons) console.log(`   ${reason}`);
    }
  } finally {
    stop();
  }
  console.log(`${circumstance}: ${right} of ${runs} runs have trust ${expected[circumstance]}`);
  return right === runs;
}

async function measure(): Promise<Report> {
  const target = { baseUrl: provider.url, model: 'meta-llama/Llama-2-70b-chat-hf' };
  const workload = { outputTokens: { distribution: 'fixed', value: 60 } };
  const load = { mode: 'concurrency', stages: [{ concurrency: 5, requests: 10 }], warmupRequests: 2 };
  const spec = { targets: [target], workload: { kind: 'sonnet', ...workload }, load };
  return readReport((await completeRun(server, spec)).reportJson);
}

function describe({ stages }: Report): string {
  const [stage] = stages;
  if (stage === undefined) return 'no stage';
  const show = (value: number | null, digits = 2) => value?.toFixed(digits) ?? '–';
  const { instrument, requests } = stage;
  return [
    `error p50 ${show(instrument.errorP50Ms)} p99 ${show(instrument.errorP99Ms)} ms (n ${instrument.errorReads})`,
    `loop p99 ${show(instrument.eventLoopDelayP99Ms)} ms`,
    `CPU use ${show(instrument.cpuUse)} wait ${show(instrument.cpuWaitShare)} steal ${show(instrument.cpuStealShare)} machine ${show(instrument.machineCpuUse)}`,
    `TTFT p50 ${show(requests.ttftMs.p50, 0)} ms, TPOT p50 ${show(requests.tpotMs.p50, 1)} ms`,
  ].join('; ');
}
