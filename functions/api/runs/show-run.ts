import type { z } from 'zod';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { findRunSource } from '../../../shared/records/run-source.ts';
import type { ApiDeps } from '../compose.ts';
import { showRecord } from '../http/answers.ts';
import { createOnce } from '../http/create-once.ts';
import type { Call } from '../http/define-endpoint.ts';
import { measureProgress } from './measure-progress.ts';
import { type RunView, runSchema, runSummarySchema } from './schemas.ts';

/** Builds the short view of a run for lists, without spec and progress. */
export function showRunSummary(run: RunRecord): z.output<typeof runSummarySchema> {
  return showRecord(runSummarySchema, describeRun(run));
}

export async function showRun(deps: ApiDeps, run: RunRecord): Promise<RunView> {
  const { imported = null, ...spec } = run.spec;
  const progress = await measureProgress(deps, run);
  return showRecord(runSchema, { ...describeRun(run), spec: imported === null ? spec : null, imported, progress });
}

function describeRun(run: RunRecord) {
  const { targets } = run.spec;
  const self = `/v1/runs/${run.runId}`;
  return {
    ...run,
    ...run.labels,
    targets: targets.map(({ id, model }) => ({ id, model })),
    source: findRunSource(run),
    links: { self, report: `${self}/report`, samples: `${self}/samples.ndjson`, manifest: `${self}/manifest` },
  };
}

/**
 * Returns the current state of a run. With `Prefer: wait=N`, first waits for the run to finish. The wait counts from the
 * arrival of the request, because AWS ends a request at a fixed time.
 */
export async function showAwaitedRun(
  { c, deps, receivedAtMs }: Pick<Call, 'c' | 'deps' | 'receivedAtMs'>,
  run: RunRecord,
): Promise<RunView> {
  const waitSeconds = parseWaitPreference(c.req.header('prefer'), deps.config.maxWaitSeconds);
  if (waitSeconds === null) return showRun(deps, run);
  c.header('Preference-Applied', `wait=${waitSeconds}`);
  return showRun(deps, await waitForRun(deps, run, receivedAtMs + waitSeconds * 1_000, c.req.raw.signal));
}

/**
 * Responds to the creation of a run with 202 and the run. With `Prefer: wait=N`, first waits up to N seconds, and
 * responds with 200 if the run has finished. A retry with the same idempotency key gets the same run.
 */
export async function answerRun(call: Call, create: (runId: string) => Promise<RunRecord>): Promise<Response> {
  const { c, deps } = call;
  const options = { kind: 'run', status: 202, isStored: (id: string) => isRunStored(deps, id) } as const;
  const answer = await createOnce(call, options, async ({ resourceId }) => ({
    path: `/v1/runs/${resourceId}`,
    body: await showRun(deps, await create(resourceId)),
  }));
  const isAwaited = parseWaitPreference(c.req.header('prefer'), deps.config.maxWaitSeconds) !== null;
  const { runId } = runSchema.pick({ runId: true }).parse(JSON.parse(answer.body));
  const run = isAwaited ? await deps.runs.get(runId) : null;
  if (run === null) return c.body(answer.body, 202, { ...answer.headers, 'Content-Type': 'application/json' });
  const view = await showAwaitedRun(call, run);
  return c.json(view, isTerminal(view.status) ? 200 : 202, answer.headers);
}

export async function isRunStored({ runs }: Pick<ApiDeps, 'runs'>, runId: string): Promise<boolean> {
  return (await runs.get(runId)) !== null;
}

/** Bounds in ms of the pause between two reads of a run. The pause is a tenth of the time waited so far. */
const pollMs = { least: 100, most: 1_000 };
const pollShare = 0.1;

/** Waits until a run is finished or deleted, the wait is over, or the client disconnects. Returns the latest state. */
async function waitForRun(
  { runs, clock }: ApiDeps,
  run: RunRecord,
  untilMs: number,
  signal: AbortSignal,
): Promise<RunRecord> {
  const fromMs = clock.monotonicMs();
  let latest = run;
  while (!isTerminal(latest.status) && !signal.aborted) {
    const nowMs = clock.monotonicMs();
    if (nowMs >= untilMs) break;
    const pauseMs = Math.min(pollMs.most, Math.max(pollMs.least, (nowMs - fromMs) * pollShare));
    await clock.sleep(Math.min(pauseMs, untilMs - nowMs), signal);
    const next = await runs.get(run.runId);
    if (next === null) break;
    latest = next;
  }
  return latest;
}

/** Reads the seconds to wait from a `Prefer: wait=N` header (RFC 7240, section 4.3). Returns null if N is absent. */
export function parseWaitPreference(prefer: string | undefined, maxWaitSeconds: number): number | null {
  for (const preference of (prefer ?? '').split(/[,;]/)) {
    const seconds = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*$/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(maxWaitSeconds, Number(seconds));
  }
  return null;
}
