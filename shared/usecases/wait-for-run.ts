import { isTerminal, type RunRecord } from '../domain/records.ts';
import type { Deps } from '../ports.ts';

const pollMs = 250;

/**
 * The run once it has ended, or as it is when the time is over or the signal aborts (the client went away). A run that
 * is deleted while waited for is given as it was last seen.
 */
export async function waitForRun(
  deps: Pick<Deps, 'runs' | 'clock'>,
  run: RunRecord,
  waitMs: number,
  signal: AbortSignal,
): Promise<RunRecord> {
  const untilMs = deps.clock.monotonicMs() + waitMs;
  let latest = run;
  while (!isTerminal(latest.status) && !signal.aborted) {
    const leftMs = untilMs - deps.clock.monotonicMs();
    if (leftMs <= 0) break;
    await deps.clock.sleep(Math.min(pollMs, leftMs), signal);
    const next = await deps.runs.get(run.runId);
    if (next === null) break;
    latest = next;
  }
  return latest;
}
