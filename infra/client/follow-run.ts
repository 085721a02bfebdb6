import { setTimeout as delay } from 'node:timers/promises';
import { createProgressDisplay, type ProgressOutput } from './progress-display.ts';
import { renderProgress } from './render-progress.ts';
import { type ClientRun, hasEnded, type RunClient } from './run-client.ts';

const pollIntervalMs = 500;

/** Shows the progress of a run until it ends, and returns the finished run. */
export async function followRun(
  client: Pick<RunClient, 'getRun'>,
  created: ClientRun,
  output: ProgressOutput,
  signal?: AbortSignal,
): Promise<ClientRun> {
  const display = createProgressDisplay(output);
  let run = created;
  while (!hasEnded(run)) {
    display.show(renderProgress(run.progress.stages), performance.now());
    await delay(pollIntervalMs, undefined, signal === undefined ? {} : { signal });
    run = await client.getRun(run.runId);
  }
  display.show(renderProgress(run.progress.stages), Number.POSITIVE_INFINITY);
  return run;
}
