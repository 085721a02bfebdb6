import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '../../infra/aws/bundle/bundle-functions.ts';
import { type FunctionName, functionNames } from '../../infra/aws/stack/function-settings.ts';
import { quantile } from '../../shared/stats/quantile.ts';
import { type Cloud, startCloud } from '../../test/infra/lambda/cloud.ts';
import { buildFirstEvent } from '../../test/infra/lambda/first-event.ts';
import { installRuntime } from '../../test/infra/lambda/install-runtime.ts';
import { startSandbox } from '../../test/infra/lambda/sandbox.ts';
import { describeMachine } from '../peers/describe-machine.ts';

/*
 * `npm run bench:start`: measures cold starts of the bundled functions with Lambda's runtime interface client, one at a time.
 * The exit code is 1 if the minimum of the API's first answer or of the worker's initialization exceeds its limit.
 */

const starts = 7;
const limits = { apiAnswerMs: 400, workerInitMs: 500 };

type StartTimes = { initMs: number[]; answerMs: number[] };

async function measureStarts(cloud: Cloud, name: FunctionName): Promise<StartTimes> {
  const times: StartTimes = { initMs: [], answerMs: [] };
  for (let start = 0; start < starts; start++) {
    const sandbox = await startSandbox(cloud.sources[name]);
    const atMs = performance.now();
    const end = await sandbox.invoke(buildFirstEvent(name, cloud));
    times.answerMs.push(performance.now() - atMs);
    times.initMs.push(sandbox.initMs);
    await sandbox.kill();
    if (end.kind !== 'answer') throw new Error(`${name} did not answer: ${end.kind}.`);
  }
  return times;
}

const show = (valuesMs: readonly number[]) =>
  `${(quantile(valuesMs, 0.5) ?? Number.NaN).toFixed(0)} (${Math.max(...valuesMs).toFixed(0)})`;

const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-start-'));
const client = await installRuntime();
await bundleFunctions(folder);
const cloud = await startCloud({ client, bundleFolder: folder, maxWorkers: 2, supervisorEveryMs: 600_000 });
try {
  console.log(`${describeMachine()}\n- ${starts} cold starts: median (maximum) in ms\n`);
  console.log(`${'Function'.padEnd(12)} ${'Init'.padStart(12)} ${'First answer'.padStart(12)}`);
  const least = new Map<FunctionName, { initMs: number; answerMs: number }>();
  for (const name of functionNames) {
    const { initMs, answerMs } = await measureStarts(cloud, name);
    least.set(name, { initMs: Math.min(...initMs), answerMs: Math.min(...answerMs) });
    console.log(`${name.padEnd(12)} ${show(initMs).padStart(12)} ${show(answerMs).padStart(12)}`);
  }
  const isInTime =
    (least.get('api')?.answerMs ?? Number.NaN) < limits.apiAnswerMs &&
    (least.get('worker')?.initMs ?? Number.NaN) < limits.workerInitMs;
  process.exitCode = isInTime ? 0 : 1;
} finally {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
}
