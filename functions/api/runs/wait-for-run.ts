import type { Deps } from '../../../shared/ports.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';

/** Bounds the pause between two reads, which is a tenth of the elapsed wait. */
const pollMs = { least: 100, most: 1_000 };
const pollShare = 0.1;

const maxWaitSeconds = 60;

/**
 * Waits until a run is finished, the time is over, or the signal aborts because the client disconnected. Returns the run
 * as last read, also if it was deleted.
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
 * Returns the seconds of a `Prefer: wait=N` header (RFC 7240, section 4.3), at most 60, or null if absent. Ignores
 * unknown preferences, as the RFC requires.
 */
export function parseWaitPreference(prefer: string | undefined): number | null {
  for (const preference of (prefer ?? '').split(/[,;]/)) {
    const seconds = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*$/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(maxWaitSeconds, Number(seconds));
  }
  return null;
}
