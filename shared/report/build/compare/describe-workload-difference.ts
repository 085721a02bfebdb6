import { isDeepStrictEqual } from 'node:util';
import type { RunSpec } from '../../../spec/run-spec.ts';
import { describeWorkload } from '../../../workload/workload.ts';
import type { ReportOrigin } from '../report-origin.ts';

type Asked = { spec: Pick<RunSpec, 'workload'>; origin: Pick<ReportOrigin, 'isMeasuredHere'> };

/** What each of two runs asked, in a sentence; null where that is the same, or not known, as of an import. */
export function describeWorkloadDifference(base: Asked, run: Asked): string | null {
  if (!base.origin.isMeasuredHere || !run.origin.isMeasuredHere) return null;
  if (isDeepStrictEqual(base.spec.workload, run.spec.workload)) return null;
  const [ofBase, ofRun]: [object, object] = [base.spec.workload, run.spec.workload];
  const [baseFields, runFields] = [new Map(Object.entries(ofBase)), new Map(Object.entries(ofRun))];
  const fields = [...new Set([...baseFields.keys(), ...runFields.keys()])];
  const changed = fields.filter((field) => !isDeepStrictEqual(baseFields.get(field), runFields.get(field)));
  return `The workloads differ (${changed.join(', ')}): the base asked ${describeWorkload(base.spec.workload)}; the run ${describeWorkload(run.spec.workload)}. A part of each difference may be this.`;
}
