import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../shared/records/target-check.ts';
import { runSpecSchema } from '../../../shared/spec/run-spec.ts';
import { resendAfterMs, storeRun, target } from './stored-run.ts';

const targets = [target, { ...target, id: 'b', baseUrl: 'http://127.0.0.1:9' }];
const load = { mode: 'concurrency', stages: [{ concurrency: 5, requests: 150 }] };
const spec = runSpecSchema.parse({ seed: 7, targets, load });

const ok: CheckResult = {
  ...{ outcome: 'ok', httpStatus: 200, error: null, notes: null, finishReason: 'stop', outputText: 'ok' },
  ...{ connectMs: 1, ttftMs: 2, e2eMs: 3 },
};
const refused: CheckResult = {
  ...ok,
  outcome: 'connect',
  httpStatus: null,
  error: { code: 'connect', message: 'The connection could not be made: the connection was refused (ECONNREFUSED)' },
};

/** Stores a queued run that checks its targets, and opens the checks. */
async function openChecks() {
  const stored = await storeRun({ spec, check: true });
  await stored.advance();
  const end = (targetIndex: number, result: CheckResult) =>
    stored.deps.targetChecks.update({ ownerId: stored.run.runId, targetIndex }, {}, { result });
  return { ...stored, endCheck: end };
}

describe('a run that checks its targets', () => {
  test('sends one check to each target, and does not start before all results are there', async () => {
    const { advance, endCheck, getRun, takeSent } = await openChecks();
    await Promise.all(Array.from({ length: 4 }, advance));
    expect(takeSent()).toEqual(['check', 'check']);
    await endCheck(0, ok);
    await advance();
    expect([(await getRun()).status, takeSent()]).toEqual(['queued', []]);
    await endCheck(1, ok);
    await advance();
    expect([(await getRun()).status, takeSent().length]).toEqual(['running', 1]);
  });

  test('fails at once if a target is unusable, with the cause, the address, and a remedy', async () => {
    const { advance, deps, endCheck, getRun, run, takeSent } = await openChecks();
    takeSent();
    await endCheck(1, refused);
    await advance();
    expect(takeSent()).toEqual(['finalize']);
    expect(await deps.batches.list(run.runId)).toEqual([]);
    const { failure, ...stopped } = await getRun();
    expect(stopped).toMatchObject({ status: 'finalizing', stop: 'check_failed', startedAtMs: null });
    expect(failure).toEqual({
      code: 'check_failed',
      message:
        'The run sent no request, because the check of its targets failed. b: The connection could not be made: the connection was refused (ECONNREFUSED) (connect, at http://127.0.0.1:9). Check that the server is running and that the host and port are right. Add /v1 to baseUrl if the server expects it.',
    });
  });

  test.each<[string, Partial<CheckResult>]>([
    ['an overloaded server', { outcome: 'rate_limited', httpStatus: 429 }],
    ['a server that fails once', { outcome: 'http_5xx', httpStatus: 503 }],
    ['a slow server', { outcome: 'timeout_total', httpStatus: null }],
    ['a rejected prompt', { outcome: 'http_4xx', httpStatus: 400 }],
    ['an answer without text', { outcome: 'empty_output' }],
  ])('starts despite %s, which says nothing about its requests', async (_, change) => {
    const { advance, endCheck, getRun } = await openChecks();
    await endCheck(0, ok);
    await endCheck(1, { ...ok, ...change });
    await advance();
    expect((await getRun()).status).toBe('running');
  });

  test.each([401, 403, 404, 405])('fails after HTTP %s', async (httpStatus) => {
    const { advance, endCheck, getRun } = await openChecks();
    await endCheck(0, { ...ok, outcome: 'http_4xx', httpStatus });
    await advance();
    expect((await getRun()).failure?.message).toContain(`HTTP ${httpStatus}`);
  });

  test('starts without a result if the worker of a check was lost', async () => {
    const { advance, deps, endCheck, getRun, pass, run } = await openChecks();
    await endCheck(0, ok);
    const startedAtMs = deps.clock.nowMs();
    await deps.targetChecks.update({ ownerId: run.runId, targetIndex: 1 }, {}, { startedAtMs });
    await pass(20_000);
    await advance();
    expect((await getRun()).status).toBe('queued');
    await pass(10_001);
    await advance();
    expect((await getRun()).status).toBe('running');
  });

  test('sends a lost message again, and starts without a result after two minutes', async () => {
    const { advance, getRun, pass, takeSent } = await openChecks();
    takeSent();
    await advance();
    expect(takeSent()).toEqual([]);
    await pass(resendAfterMs + 1);
    await advance();
    expect(takeSent()).toEqual(['check', 'check']);
    await pass(120_000);
    await advance();
    expect((await getRun()).status).toBe('running');
  });
});
