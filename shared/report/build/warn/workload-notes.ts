import type { Workload } from '../../../spec/run-spec.ts';

/** Tokens of the corpus of `llmperf-v2`: a longer prompt repeats it. */
const v2CorpusTokens = 1_086;

/** What a reader must know of a workload, each a sentence; empty where its own fields say all. */
export function workloadNotes(workload: Workload): string[] {
  switch (workload.kind) {
    case 'llmperf-v1':
      return [
        'Lines are the first 518 of the sonnets in the edition used here: equal in kind and size to the corpus of LLMPerf v1, not to the byte.',
        'Asked as LLMPerf v1 did, with its flaws: input size drawn in lines, output size left to the model. See docs/workloads.md.',
      ];
    case 'llmperf-v2':
      return [
        'Lines are the first 84 of the sonnets in the edition used here: equal in kind and size to the corpus of LLMPerf v2, not to the byte.',
        'Asked as LLMPerf v2 does, with its flaws: requestedInputTokens is what it would report, inputTokens what was built. See docs/workloads.md.',
        ...(workload.inputTokens.mean > v2CorpusTokens
          ? [
              `The corpus has ${v2CorpusTokens} tokens: longer prompts repeat it in the same order, which flatters caches.`,
            ]
          : []),
      ];
    case 'conversation':
      if (workload.history === 'live')
        return [
          "Earlier answers in a prompt are the model's own: turns after the first differ between targets and runs, in words and length, and are not compared in pairs.",
        ];
      return [
        'Earlier answers in a prompt are scripted, of the sizes asked for: the same for every target, and not what the model said.',
      ];
    default:
      return [];
  }
}
