import type { Dataset } from '../../../shared/workload/datasets/dataset.ts';
import { buildPrompt, type Workload } from '../../../shared/workload/workload.ts';

export type RequestSize = { inputTokens: number; maxOutputTokens: number };

/** Limits the work of an estimate, because it blocks other requests. */
const mostPrompts = 200;
const mostTokens = 200_000;

/**
 * Computes the sizes of the first prompts of a workload in tokens, with the maximum output of each.
 * @param meanInputTokens mean input tokens per request; longer prompts yield fewer samples
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
