import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { startBusyLoops } from '../../../bench/trust/busy-loops.ts';
import { attemptNoteSchema } from '../../../shared/records/attempt-note.ts';
import { buildReport } from '../../../shared/report/build/build-report.ts';
import { quantile } from '../../../shared/stats/quantile.ts';
import { openTestSession, startPhase } from '../../support/factories/run-phase.ts';
import { makeTwoProviders, quietNote } from '../../support/factories/sample-factory.ts';
import { answer } from '../../support/servers/scripted-responses.ts';
import { startScriptedServer } from '../../support/servers/scripted-server.ts';

/*
 * A starved measurement is suspect under the rules of trust. `judge-trust.test.ts` (recorded notes) and `bench/trust` (on a
 * quiet machine) show that an undisturbed run is trusted, which a machine that runs other tests cannot.
 */
test('a measurement with busy loops on every core is suspect and reports that it was starved', async () => {
  const server = await startScriptedServer(() => answer('Hi'));
  const session = await openTestSession(server.url);
  const stop = startBusyLoops(2 * availableParallelism());
  try {
    const dueMs = Float64Array.from({ length: 40 }, (_, k) => 50 * k);
    const load = { mode: 'rate', maxConcurrency: 40, dueMs } as const;
    const { calibration, ...figures } = await startPhase(session, 40, load).done;
    const errorsMs = calibration?.stampErrorsMs ?? [];
    const found = {
      ...quietNote,
      ...figures,
      slipP99Ms: null,
      errorP50Ms: quantile(errorsMs, 0.5),
      errorP99Ms: quantile(errorsMs, 0.99),
      errorReads: errorsMs.length,
    };
    const note = { ...attemptNoteSchema.parse({ ...found, attempt: 1 }), batchIndex: 0 };
    const input = makeTwoProviders(60);
    const stages = input.stages.map((stage, i) => (i === 0 ? { ...stage, attempts: [note] } : stage));
    const { trust } = buildReport({ ...input, stages });
    expect(trust.result).toBe('suspect');
    expect(trust.reasons.join('\n')).toMatch(/waiting for a CPU|of the timestamps were more than|had no spare CPU/);
  } finally {
    stop();
    await session.close();
    await server.close();
  }
});
