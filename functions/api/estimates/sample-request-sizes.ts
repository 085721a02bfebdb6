import type { Dataset } from '../../../shared/workload/datasets/dataset.ts';
import { buildPrompt, type Workload } from '../../../shared/workload/workload.ts';

export type RequestSize = { inputTokens: number; maxOutputTokens: number };

/** An estimate is asked for in a request that others wait behind. */
const mostPrompts = 200;
const mostTokens = 200_000;

/**
 * The sizes of the first prompts of a workload with this seed, each with all of the output that it may ask for.
 * @param meanInputTokens of a request: of long prompts fewer are built
 */
export function sampleRequestSizes(
  workload: Workload,
  dataset: Dataset | null,
  seed: number,
  meanInputTokens: number,
): RequestSize[] {
  const prompts = Math.max(2, Math.min(mostPrompts, Math.floor(mostTokens / Math.max(1, meanInputTokens))));
  return Array.from({ length: prompts }, (_, index) => {
    const { inputTokens, maxOutputTokens } = buildPrompt(workload, seed, 'measured', index, dataset);
    return { inputTokens, maxOutputTokens };
  });
}
