import { expect, test } from 'vitest';
import { planRun } from '../../../../shared/plan/plan-run.ts';
import { buildReport } from '../../../../shared/report/build/build-report.ts';
import type { StageInput } from '../../../../shared/report/build/stage-input.ts';
import {
  makeReportInput,
  makeSpec,
  quickProvider,
  quietNote,
  simulateStage,
  wallMs,
} from '../../../support/factories/sample-factory.ts';

const values = [1, 2, 4];

/** Returns the statement of a knee search whose levels have this number of requests. */
function stateKnee(requests: number): string {
  const search = { find: 'knee', min: 1, max: 4 };
  const spec = makeSpec({ load: { mode: 'sweep', search, requests, warmupRequests: 0 } as never });
  const levels = values.map((value) => ({ targetIndex: 0, value }));
  const stages = planRun(spec, { maxStreamsPerWorker: 64, levels }).map((plan, i): StageInput => {
    const samples = simulateStage(plan, values[i] ?? 1, quickProvider, 5 + i);
    return { plan, startAtMs: wallMs, stop: null, samples, chunkGapsMs: null, attempts: [quietNote], failures: [] };
  });
  const [sweep] = buildReport({ ...makeReportInput(spec, []), stages }).sweeps;
  return sweep?.finding?.statement ?? '';
}

test('a knee search names the levels whose rates include the ramp-up and the drain', () => {
  expect(stateKnee(60)).not.toContain('full window');
  expect(stateKnee(2)).toMatch(/too short for a steady window, so their rates are those of the full window: 2, 4\.$/);
});
