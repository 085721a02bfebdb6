import type { Fault } from '../../../shared/errors/app-error.ts';
import { describePacing } from '../../../shared/load/load.ts';
import type { RunSpecInput } from '../../../shared/spec/run-spec.ts';
import { getWorkloadKind } from '../../../shared/workload/workload.ts';

/** Returns what is wrong with a workload under the load that asks it. */
export function checkWorkload(spec: Pick<RunSpecInput, 'workload' | 'load'>): Fault[] {
  return getWorkloadKind(spec.workload).check(spec.workload, describePacing(spec));
}
