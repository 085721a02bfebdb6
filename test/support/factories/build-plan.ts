import { type PlanLimits, planRun, type StagePlan } from '../../../shared/plan/plan-run.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { runSpecSchema } from '../../../shared/spec/run-spec.ts';

/** Builds the plan of a run with one target, and the record fields that use cases read. */
export function buildPlan(load: object, limits: PlanLimits = { maxStreamsPerWorker: 64 }) {
  const target = { id: 'a', baseUrl: 'https://api.example.com/v1', model: 'm', credentialId: null };
  const spec = runSpecSchema.parse({ seed: 7, targets: [target], load });
  const plan = planRun(spec, limits);
  const [stage] = plan;
  if (stage === undefined) throw new Error('The load has no level.');
  const run: Pick<RunRecord, 'runId' | 'tenantId' | 'spec'> = { runId: 'run_test', tenantId: 'tnt_test', spec };
  return { run, plan, stage } satisfies { run: object; plan: StagePlan[]; stage: StagePlan };
}
