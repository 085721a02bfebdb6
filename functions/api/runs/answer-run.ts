import type { Context } from 'hono';
import type { Deps } from '../../../shared/ports.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { createForCall } from '../http/answer-once.ts';
import type { Call } from '../http/define-endpoint.ts';
import { type RunView, runSchema } from './schemas.ts';
import { showRun } from './show-run.ts';
import { parseWaitPreference, waitForRun } from './wait-for-run.ts';

/** Shows the current state of a run. With `Prefer: wait=N`, first waits until the run is finished or N seconds pass. */
export async function showAwaitedRun(
  c: Context,
  deps: Pick<Deps, 'runs' | 'batches' | 'clock'>,
  run: RunRecord,
): Promise<RunView> {
  const waitSeconds = parseWaitPreference(c.req.header('prefer'));
  if (waitSeconds === null) return showRun(deps, run);
  c.header('Preference-Applied', `wait=${waitSeconds}`);
  return showRun(deps, await waitForRun(deps, run, waitSeconds * 1_000, c.req.raw.signal));
}

/**
 * Responds to the creation of a run with 202 and the stored run, and repeats this response for the same idempotency key.
 * With `Prefer: wait=N`, responds after the wait, with 200 if the run is finished.
 */
export async function answerRun(call: Call, create: (runId: string) => Promise<RunRecord>): Promise<Response> {
  const { c, deps } = call;
  const answer = await createForCall(call, { kind: 'run', status: 202 }, async ({ resourceId }) => ({
    path: `/v1/runs/${resourceId}`,
    body: await showRun(deps, await create(resourceId)),
  }));
  const headers = { ...answer.headers, 'Content-Type': 'application/json' };
  if (parseWaitPreference(c.req.header('prefer')) === null) return c.body(answer.body, 202, headers);
  const { runId } = runSchema.pick({ runId: true }).parse(JSON.parse(answer.body));
  const run = await deps.runs.get(runId);
  if (run === null) return c.body(answer.body, 202, headers);
  const view = await showAwaitedRun(c, deps, run);
  return c.json(view, isTerminal(view.status) ? 200 : 202, answer.headers);
}
