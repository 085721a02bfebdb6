import type { Workload } from '../../../spec/run-spec.ts';
import { llmperfCorpus } from '../../corpora/llmperf-corpus.ts';
import { drawTokenCount } from '../../distributions/draw-token-count.ts';
import { seededRandom } from '../../distributions/seeded-random.ts';
import { Shuffle } from '../../distributions/shuffle.ts';
import { truncatedGauss } from '../../distributions/truncated-gauss.ts';
import type { Prompt, PromptKind } from '../../prompt.ts';
import { countTokens, countTokensWithBos } from '../../tokenizers/count-tokens.ts';

type LlmperfV2Workload = Extract<Workload, { kind: 'llmperf-v2' }>;

/**
 * What LLMPerf's second version asks: its preamble with the output size, then all lines of a small corpus in one random
 * order, again and again, until the token budget is spent. The prompt comes out shorter than drawn, as it does there:
 * each line is charged a BOS token that nobody sends, and the last one is cut to as many characters as tokens are left.
 * `inputTokens` is the measured count, `requestedInputTokens` the one that LLMPerf reports.
 */
export function buildLlmperfV2Prompt(
  workload: LlmperfV2Workload,
  seed: number,
  kind: PromptKind,
  number: number,
): Prompt {
  const randomFor = (purpose: string) => seededRandom(seed, purpose, kind, number);
  const outputTokens = drawTokenCount(truncatedGauss(workload.outputTokens), randomFor('output-tokens'));
  const preamble = llmperfV2Preamble(outputTokens);
  const preambleTokens = countTokensWithBos(preamble);
  const targetIndex = drawTokenCount(truncatedGauss(workload.inputTokens), randomFor('input-tokens'), preambleTokens);
  const lines = fillBudget(seededRandom(seed, 'lines', kind, number), targetIndex - preambleTokens);
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
    requestedInputTokens: targetIndex,
  };
}

/** The preamble, word for word. */
export function llmperfV2Preamble(outputTokens: number): string {
  return `Randomly stream lines from the following text with ${outputTokens} output tokens. Don't generate eos tokens:\n\n`;
}

function fillBudget(random: ReturnType<typeof seededRandom>, budget: number): string[] {
  const { lines, lineTokens, indices } = llmperfCorpus('v2');
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
