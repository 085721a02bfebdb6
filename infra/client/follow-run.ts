import { setTimeout as delay } from 'node:timers/promises';
import { type ClientRun, hasEnded, type RunClient, type StageProgress } from './run-client.ts';

const pollIntervalMs = 500;
/** Time in ms between progress lines if the output is not a terminal. */
const logIntervalMs = 10_000;
const barLength = 30;

export type ProgressOutput = { isTTY?: boolean | undefined; write(text: string): unknown };

/** Shows the progress of a run until the run ends, and then returns the run. */
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

/** Creates a progress display, which overwrites its lines on a terminal and otherwise adds lines every 10 seconds. */
export function createProgressDisplay(output: ProgressOutput): { show(lines: readonly string[], nowMs: number): void } {
  let shown = 0;
  let shownAtMs = Number.NEGATIVE_INFINITY;
  return {
    show: (lines, nowMs) => {
      const onTerminal = output.isTTY === true;
      if (!onTerminal && nowMs - shownAtMs < logIntervalMs) return;
      shownAtMs = nowMs;
      // Moves the cursor to the start of the previous output and clears everything below.
      const back = onTerminal && shown > 0 ? `\u001b[${shown}F\u001b[J` : '';
      output.write(`${back}${lines.join('\n')}\n`);
      shown = lines.length;
    },
  };
}

/** Renders one line for each stage: target, progress bar, finished requests, and state. */
export function renderProgress(stages: readonly StageProgress[]): string[] {
  const width = Math.max(0, ...stages.map(({ targetId }) => targetId.length));
  return stages.map(({ targetId, status, planned, inFlight, ok, failed, disturbed, canceled, notSent }) => {
    const ended = ok + failed + disturbed + canceled + notSent;
    const filled = planned === 0 ? 0 : Math.round((barLength * Math.min(ended, planned)) / planned);
    const bar = '█'.repeat(filled) + '░'.repeat(barLength - filled);
    const count = `${String(ended).padStart(String(planned).length)}/${planned}`;
    const state = status === 'running' ? `${inFlight} in flight` : status;
    return `${targetId.padEnd(width)}  ${bar}  ${count}  ${state}${failed === 0 ? '' : `, ${failed} failed`}`;
  });
}
