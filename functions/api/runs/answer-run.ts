import type { Context } from 'hono';
import type { IdKind } from '../../../shared/ids/ids.ts';
import type { Deps } from '../../../shared/ports.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { createOnceFor } from '../http/answer-once.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { getRunProgress } from './get-run-progress.ts';
import { type RunView, runSchema, toRunView } from './schemas.ts';
import { waitForRun } from './wait-for-run.ts';
import { parseWaitPreference } from './wait-preference.ts';

/** A run as it is now; with `Prefer: wait=N`, as it is when it has ended or the time is over. */
export async function viewRun(
  c: Context<ApiEnv>,
  deps: Pick<Deps, 'runs' | 'batches' | 'clock'>,
  run: RunRecord,
): Promise<RunView> {
  const waitSeconds = parseWaitPreference(c.req.header('prefer'));
  if (waitSeconds === null) return toRunView(run, await getRunProgress(deps, run));
  c.header('Preference-Applied', `wait=${waitSeconds}`);
  const latest = await waitForRun(deps, run, waitSeconds * 1_000, c.req.raw.signal);
  return toRunView(latest, await getRunProgress(deps, latest));
}

/**
 * Answers the creation of a run: 202 as it was stored, the same again for the same idempotency key. With `Prefer: wait=N`
 * the run as it is after waiting, 200 where it has ended; the wait begins once the creation is on record.
 */
export async function answerRun(
  c: Context<ApiEnv>,
  deps: Deps,
  options: { kind: IdKind; body: unknown; status: 202 },
  create: (runId: string) => Promise<RunRecord>,
): Promise<Response> {
  const { answer } = await createOnceFor(c, deps, options, async ({ resourceId }) => {
    const run = await create(resourceId);
    return { path: `/v1/runs/${run.runId}`, body: toRunView(run, await getRunProgress(deps, run)) };
  });
  const headers = { ...answer.headers, 'Content-Type': 'application/json' };
  if (parseWaitPreference(c.req.header('prefer')) === null) return c.body(answer.body, 202, headers);
  const { runId } = runSchema.pick({ runId: true }).parse(JSON.parse(answer.body));
  const run = await deps.runs.get(runId);
  if (run === null) return c.body(answer.body, 202, headers);
  const view = await viewRun(c, deps, run);
  return c.json(view, isTerminal(view.status) ? 200 : 202, answer.headers);
}
