import type { Deps } from '../../../shared/ports.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';

/** How often the run is looked at: every tenth of the time that has been waited, as what has taken long may take longer. */
const pollMs = { least: 100, most: 1_000 };
const pollShare = 0.1;

const maxWaitSeconds = 60;

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
  const fromMs = deps.clock.monotonicMs();
  let latest = run;
  while (!isTerminal(latest.status) && !signal.aborted) {
    const waitedMs = deps.clock.monotonicMs() - fromMs;
    if (waitedMs >= waitMs) break;
    const pauseMs = Math.min(pollMs.most, Math.max(pollMs.least, waitedMs * pollShare));
    await deps.clock.sleep(Math.min(pauseMs, waitMs - waitedMs), signal);
    const next = await deps.runs.get(run.runId);
    if (next === null) break;
    latest = next;
  }
  return latest;
}

/**
 * The seconds of a `Prefer: wait=N` header (RFC 7240, section 4.3), 60 at most; null where there is none. What is not
 * understood is ignored, as the RFC asks.
 */
export function parseWaitPreference(prefer: string | undefined): number | null {
  for (const preference of (prefer ?? '').split(/[,;]/)) {
    const seconds = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*$/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(maxWaitSeconds, Number(seconds));
  }
  return null;
}
