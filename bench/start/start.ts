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
 * `npm run bench:start`: cold starts of the bundled functions under Lambda's runtime interface client, one after another, each with
 * one invocation. Ends with 1 where no start has the API's first answer, or the worker's init, within its limit: the least of them is
 * what the function takes where the machine does nothing else.
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
    if (end.kind !== 'answer') throw new Error(`${name} gave no answer: ${end.kind}`);
  }
  return times;
}

const medianOf = (valuesMs: readonly number[]) => quantile(valuesMs, 0.5) ?? Number.NaN;
const show = (valuesMs: readonly number[]) => `${medianOf(valuesMs).toFixed(0)} (${Math.max(...valuesMs).toFixed(0)})`;

const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-start-'));
const client = await installRuntime();
await bundleFunctions(folder);
const cloud = await startCloud({ client, bundleFolder: folder, maxWorkers: 2, supervisorEveryMs: 600_000 });
try {
  console.log(`${describeMachine()}\nms, median (most) of ${starts} cold starts: init, first answer`);
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
