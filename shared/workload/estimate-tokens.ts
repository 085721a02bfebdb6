import type { Workload } from '../domain/run-spec.ts';
import type { TokenDistribution } from '../domain/token-distribution.ts';
import { buildPrompt } from './build-prompt.ts';
import { countTokens } from './count-tokens.ts';
import { drawTokenCount } from './draw-token-count.ts';
import { minimumInputTokens } from './minimum-input-tokens.ts';
import { seededRandom } from './seeded-random.ts';

export type TokenEstimate = {
  inputTokensMean: number;
  /** Of the output limits; answers that end earlier have fewer. */
  outputTokensMean: number;
  /** Null where the distribution has no upper bound of its own. */
  outputTokensMax: number | null;
};

/**
 * Tokens of one request before any is sent: what a distribution draws on average, redraws included (4,000 draws from a
 * fixed seed), or the given prompts' own counts.
 * @throws RangeError where the workload cannot be met
 */
export function estimateTokens(workload: Workload): TokenEstimate {
  switch (workload.kind) {
    case 'sonnet':
      return {
        inputTokensMean: drawnMean(workload.inputTokens, minimumInputTokens(workload)),
        outputTokensMean: drawnMean(workload.outputTokens, 1),
        outputTokensMax: largest(workload.outputTokens),
      };
    case 'number-words': {
      const counts = Array.from(
        { length: 200 },
        (_, number) => buildPrompt(workload, 0, 'measured', number).inputTokens,
      );
      return {
        inputTokensMean: mean(counts),
        outputTokensMean: workload.maxOutputTokens,
        outputTokensMax: workload.maxOutputTokens,
      };
    }
    case 'prompts': {
      const limits = workload.prompts.map((prompt) => prompt.maxOutputTokens ?? workload.maxOutputTokens);
      return {
        inputTokensMean: totalTokens(workload.prompts.flatMap(textsOf)) / workload.prompts.length,
        outputTokensMean: mean(limits),
        outputTokensMax: limits.reduce((max, limit) => Math.max(max, limit), 0),
      };
    }
  }
}

type GivenPrompt = Extract<Workload, { kind: 'prompts' }>['prompts'][number];

function textsOf(given: GivenPrompt): string[] {
  return given.messages === undefined ? [given.prompt ?? ''] : given.messages.map(({ content }) => content);
}

const draws = 4_000;

function drawnMean(distribution: TokenDistribution, least: number): number {
  const random = seededRandom(0, 'estimate-tokens');
  return mean(Array.from({ length: draws }, () => drawTokenCount(distribution, random, least)));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function largest(distribution: TokenDistribution): number | null {
  switch (distribution.distribution) {
    case 'normal':
    case 'lognormal':
      return distribution.max ?? null;
    case 'uniform':
      return distribution.max;
    case 'fixed':
      return distribution.value;
    case 'empirical':
      return distribution.values.reduce(
        (max, value, index) => (distribution.weights?.[index] === 0 ? max : Math.max(max, value)),
        0,
      );
  }
}

/** An estimate is asked for in a request that others wait behind: text beyond this is taken to be like the rest. */
const mostCountedCharacters = 200_000;

function totalTokens(texts: readonly string[]): number {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const share = Math.min(1, mostCountedCharacters / characters);
  const begun = texts.map((text) => text.slice(0, Math.ceil(text.length * share)));
  const counted = begun.reduce((sum, text) => sum + text.length, 0);
  return (begun.reduce((sum, text) => sum + countTokens(text), 0) * characters) / counted;
}
