import type { Workload } from '../../spec/run-spec.ts';
import { sonnetCorpus } from '../corpora/sonnet-corpus.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { buildGivenPrompt } from '../parts/given-prompts.ts';
import type { Prompt, PromptKind } from '../prompt.ts';
import { buildConversationPrompt } from './conversation/build-conversation-prompt.ts';
import { buildLlmperfV1Prompt } from './llmperf-v1/llmperf-v1.ts';
import { buildLlmperfV2Prompt } from './llmperf-v2/llmperf-v2.ts';
import { buildNumberWordsPrompt } from './number-words/number-words.ts';
import { buildSonnetPrompt } from './sonnet/sonnet.ts';
import { buildTracePrompt } from './trace/build-trace-prompt.ts';

/**
 * The prompt of one request, from its place in the plan: the same bytes for the same arguments on any machine, target
 * and attempt. Measured and warm-up prompts are drawn apart; only prompts that are given can be in both.
 * @param number - 0 … of its kind
 * @param dataset - what the workload names, read; null where it names none
 * @throws RangeError where the workload cannot be met: bounds that no draw meets, min above max, no prompts
 * @throws Error where the dataset is not the one that the workload needs
 */
export function buildPrompt(
  workload: Workload,
  seed: number,
  kind: PromptKind,
  number: number,
  dataset: Dataset | null = null,
): Prompt {
  switch (workload.kind) {
    case 'sonnet': {
      if (workload.corpusDatasetId === undefined)
        return buildSonnetPrompt(workload, seed, kind, number, sonnetCorpus());
      if (dataset?.kind !== 'lines') throw new Error('The workload needs the lines of its dataset');
      return buildSonnetPrompt(workload, seed, kind, number, dataset.corpus);
    }
    case 'number-words':
      return buildNumberWordsPrompt(workload, seed, kind, number);
    case 'prompts':
      return buildGivenPrompt(workload, workload.prompts, seed, kind, number);
    case 'dataset':
      if (dataset?.kind !== 'prompts') throw new Error('The workload needs the prompts of its dataset');
      return buildGivenPrompt(workload, dataset.prompts, seed, kind, number);
    case 'llmperf-v1':
      return buildLlmperfV1Prompt(workload, seed, kind, number);
    case 'llmperf-v2':
      return buildLlmperfV2Prompt(workload, seed, kind, number);
    case 'trace':
      return buildTracePrompt(workload, seed, kind, number, dataset);
    case 'conversation':
      return buildConversationPrompt(workload, seed, kind, number);
  }
}
