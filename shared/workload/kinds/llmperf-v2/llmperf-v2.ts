import { z } from 'zod';
import { numberSchema } from '../../../number-schema.ts';
import type { Steps } from '../../../time-slices.ts';
import { llmperfCorpora } from '../../corpora/sonnet-corpus.ts';
import { checkSizes } from '../../distributions/check-distribution.ts';
import { drawTokenCount } from '../../distributions/draw-token-count.ts';
import { maxTokenCount } from '../../distributions/kinds/distribution-kind.ts';
import { createSeededRandom, type Random, Shuffle } from '../../distributions/seeded-random.ts';
import { drawMean, findLargest } from '../../distributions/summarize-distribution.ts';
import type { TokenDistribution } from '../../distributions/token-distribution.ts';
import { averageInput, type Prompt, type PromptKey } from '../../prompt.ts';
import { countTokens, countTokensWithBos } from '../../tokenizers/count-tokens.ts';
import type { TokenEstimate, WorkloadKind } from '../workload-kind.ts';

const gaussSchema = z.strictObject({
  mean: z.number().positive().max(maxTokenCount),
  stddev: numberSchema(0, maxTokenCount),
});

const llmperfV2Schema = z.strictObject({
  kind: z.literal('llmperf-v2'),
  inputTokens: gaussSchema
    .default({ mean: 550, stddev: 150 })
    .describe(
      'Target size including a BOS token, truncated. Draws below the preamble are repeated. Prompts are shorter',
    ),
  outputTokens: gaussSchema
    .default({ mean: 150, stddev: 80 })
    .describe('Requested output tokens and output limit, truncated. Draws below 1 are repeated'),
});
type LlmperfV2Workload = z.infer<typeof llmperfV2Schema>;

/** Number of tokens in the corpus. Longer prompts repeat the corpus. */
const corpusTokens = 1_086;

/** Workload with LLMPerf v2's prompts. `docs/workloads.md` lists the known problems. */
export const llmperfV2: WorkloadKind<typeof llmperfV2Schema> = {
  schema: llmperfV2Schema,
  check: (workload) =>
    checkSizes(
      { inputTokens: truncatedGauss(workload.inputTokens), outputTokens: truncatedGauss(workload.outputTokens) },
      countTokensWithBos(llmperfV2Preamble(maxTokenCount)),
    ),
  buildPrompt: buildV2Prompt,
  estimateTokens: estimateV2Tokens,
  findLargestOutput: ({ outputTokens }) => ({ field: 'outputTokens', tokens: outputTokens.mean }),
  findCacheUse: () => 'warm',
  describe: ({ inputTokens, outputTokens }) =>
    `llmperf-v2, ${inputTokens.mean} ± ${inputTokens.stddev} input and ${outputTokens.mean} ± ${outputTokens.stddev} output tokens requested`,
  listNotes: ({ inputTokens }) => [
    'The corpus has the first 84 lines of the sonnets. It has the kind and size of the LLMPerf v2 corpus but is not identical.',
    'The prompts match LLMPerf v2: requestedInputTokens is the size that it reports, and inputTokens is the actual size. See docs/workloads.md.',
    ...(inputTokens.mean > corpusTokens
      ? [
          `The corpus has ${corpusTokens} tokens. Longer prompts repeat it in the same order, which favors prompt caches.`,
        ]
      : []),
  ],
};

/**
 * Builds the preamble and the shuffled lines, repeated until the drawn number of tokens is used. As in LLMPerf, the
 * prompt has fewer tokens than that: each line counts a BOS token that is not sent, and the last line gets one
 * character for each remaining token. `inputTokens` is the actual size; `requestedInputTokens` is the size that LLMPerf reports.
 */
function buildV2Prompt(workload: LlmperfV2Workload, { seed, kind, number }: PromptKey): Prompt {
  const randomFor = (purpose: string) => createSeededRandom(seed, purpose, kind, number);
  const outputTokens = drawTokenCount(truncatedGauss(workload.outputTokens), randomFor('output-tokens'));
  const preamble = llmperfV2Preamble(outputTokens);
  const preambleTokens = countTokensWithBos(preamble);
  const targetTokens = drawTokenCount(truncatedGauss(workload.inputTokens), randomFor('input-tokens'), preambleTokens);
  const lines = fillBudget(randomFor('lines'), targetTokens - preambleTokens);
  const content = preamble + lines.join('');
  return {
    messages: [
      { role: 'system', content: '' },
      { role: 'user', content },
    ],
    inputTokens: countTokens(content),
    maxOutputTokens: outputTokens,
    expectedNumber: null,
    inputLines: lines.map((line) => line.trimEnd()).filter((line) => line !== ''),
    requestedInputTokens: targetTokens,
  };
}

/** Returns a distribution that, rounded to the nearest integer, equals LLMPerf's `int(gauss(mean, stddev))`. */
function truncatedGauss({ mean, stddev }: z.infer<typeof gaussSchema>): TokenDistribution {
  return { distribution: 'normal', mean: mean - 0.5, stddev };
}

export function llmperfV2Preamble(outputTokens: number): string {
  return `Randomly stream lines from the following text with ${outputTokens} output tokens. Don't generate eos tokens:\n\n`;
}

function fillBudget(random: Random, budget: number): string[] {
  const { lines, lineTokens, indices } = llmperfCorpora.v2();
  const shuffle = new Shuffle(random, indices);
  const order = Array.from(indices, () => shuffle.next());
  const filled: string[] = [];
  let left = budget;
  for (let place = 0; ; place++) {
    const index = order[place % order.length] ?? 0;
    const line = lines[index] ?? '';
    const cost = lineTokens[index] ?? 0;
    if (cost > left) return [...filled, line.slice(0, left)];
    filled.push(line);
    left -= cost;
  }
}

const mostBuilt = 200;
const mostBuiltTokens = 200_000;

function* estimateV2Tokens(workload: LlmperfV2Workload): Steps<TokenEstimate> {
  const outputTokens = truncatedGauss(workload.outputTokens);
  const count = Math.max(1, Math.min(mostBuilt, mostBuiltTokens / workload.inputTokens.mean));
  return {
    inputTokensMean: yield* averageInput(count, (key) => buildV2Prompt(workload, key)),
    outputTokensMean: drawMean(outputTokens, 1),
    outputTokensMax: findLargest(outputTokens),
  };
}
