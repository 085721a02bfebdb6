import type { Workload } from '../spec/run-spec.ts';

/** Whether request i of a workload and seed is the same for every target and run: not where prompts carry a model's answers. */
export function hasFixedPrompts(workload: Workload): boolean {
  return workload.kind !== 'conversation' || workload.history !== 'live';
}
