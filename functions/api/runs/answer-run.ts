import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import type { ApiDeps } from '../compose.ts';
import { createOnce } from '../http/create-once.ts';
import type { Call } from '../http/define-endpoint.ts';
import { type RunView, runSchema } from './schemas.ts';
import { showRun } from './show-run.ts';

/** Shows the current state of a run. With `Prefer: wait=N`, first waits until the run is finished or N seconds pass. */
export async function showAwaitedRun({ c, deps }: Pick<Call, 'c' | 'deps'>, run: RunRecord): Promise<RunView> {
  const waitSeconds = parseWaitPreference(c.req.header('prefer'));
  if (waitSeconds === null) return showRun(deps, run);
  c.header('Preference-Applied', `wait=${waitSeconds}`);
  return showRun(deps, await waitForRun(deps, run, waitSeconds * 1_000, c.req.raw.signal));
}

/**
 * Responds to the creation of a run with 202 and the stored run, or again for the same idempotency key. With
 * `Prefer: wait=N`, responds after the wait, with 200 if the run is finished.
 */
export async function answerRun(call: Call, create: (runId: string) => Promise<RunRecord>): Promise<Response> {
  const { c, deps } = call;
  const answer = await createOnce(call, { kind: 'run', status: 202 }, async ({ resourceId }) => ({
    path: `/v1/runs/${resourceId}`,
    body: await showRun(deps, await create(resourceId)),
  }));
  const headers = { ...answer.headers, 'Content-Type': 'application/json' };
  if (parseWaitPreference(c.req.header('prefer')) === null) return c.body(answer.body, 202, headers);
  const { runId } = runSchema.pick({ runId: true }).parse(JSON.parse(answer.body));
  const run = await deps.runs.get(runId);
  if (run === null) return c.body(answer.body, 202, headers);
  const view = await showAwaitedRun(call, run);
  return c.json(view, isTerminal(view.status) ? 200 : 202, answer.headers);
}

/** Bounds of the pause between two reads, which is a tenth of the elapsed wait. */
const pollMs = { least: 100, most: 1_000 };
const pollShare = 0.1;

const maxWaitSeconds = 60;

/** Waits until a run is finished or deleted, the time is over, or the client disconnects. Returns the latest run. */
async function waitForRun(
  { runs, clock }: ApiDeps,
  run: RunRecord,
  waitMs: number,
  signal: AbortSignal,
): Promise<RunRecord> {
  const fromMs = clock.monotonicMs();
  let latest = run;
  while (!isTerminal(latest.status) && !signal.aborted) {
    const waitedMs = clock.monotonicMs() - fromMs;
    if (waitedMs >= waitMs) break;
    const pauseMs = Math.min(pollMs.most, Math.max(pollMs.least, waitedMs * pollShare));
    await clock.sleep(Math.min(pauseMs, waitMs - waitedMs), signal);
    const next = await runs.get(run.runId);
    if (next === null) break;
    latest = next;
  }
  return latest;
}

/** Returns the seconds of a `Prefer: wait=N` header (RFC 7240, section 4.3), at most 60, or null if absent. */
export function parseWaitPreference(prefer: string | undefined): number | null {
  for (const preference of (prefer ?? '').split(/[,;]/)) {
    const seconds = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*$/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(maxWaitSeconds, Number(seconds));
  }
  return null;
}
