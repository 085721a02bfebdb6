import type { Workload } from '../../spec/run-spec.ts';
import type { Dataset, GivenPrompt } from '../datasets/dataset.ts';
import { drawTokenCount } from '../distributions/draw-token-count.ts';
import { seededRandom } from '../distributions/seeded-random.ts';
import type { TokenDistribution } from '../distributions/token-distribution.ts';
import { truncatedGauss } from '../distributions/truncated-gauss.ts';
import { countTokens } from '../tokenizers/count-tokens.ts';
import { buildPrompt } from './build-prompt.ts';
import { countTurns } from './conversation/place-turn.ts';
import { minimumInputTokens } from './minimum-input-tokens.ts';
import { traceEntries } from './trace/build-trace-prompt.ts';

export type TokenEstimate = {
  inputTokensMean: number;
  /** Of the output limits; answers that end earlier have fewer. */
  outputTokensMean: number;
  /** Null where the distribution has no upper bound of its own. */
  outputTokensMax: number | null;
};

/**
 * Tokens of one request before any is sent: what a distribution draws on average, redraws included (4,000 draws from a
 * fixed seed), or the given prompts' own counts; of prompts whose size follows from how they are built, the mean of some.
 * @param dataset - what the workload names, read; null where it names none
 * @throws RangeError where the workload cannot be met
 */
export function estimateTokens(workload: Workload, dataset: Dataset | null = null): TokenEstimate {
  switch (workload.kind) {
    case 'sonnet':
      return {
        inputTokensMean: drawnMean(workload.inputTokens, minimumInputTokens(workload)),
        outputTokensMean: drawnMean(workload.outputTokens, 1),
        outputTokensMax: largest(workload.outputTokens),
      };
    case 'number-words':
    case 'llmperf-v1':
      return {
        inputTokensMean: builtMean(workload, 200),
        outputTokensMean: workload.maxOutputTokens,
        outputTokensMax: workload.maxOutputTokens,
      };
    case 'llmperf-v2': {
      const outputTokens = truncatedGauss(workload.outputTokens);
      return {
        inputTokensMean: builtMean(workload, Math.max(1, Math.min(200, mostBuiltTokens / workload.inputTokens.mean))),
        outputTokensMean: drawnMean(outputTokens, 1),
        outputTokensMax: largest(outputTokens),
      };
    }
    case 'prompts':
      return estimateGiven(workload.prompts, workload.maxOutputTokens);
    case 'dataset':
      return estimateGiven(dataset?.kind === 'prompts' ? dataset.prompts : [], workload.maxOutputTokens);
    case 'trace': {
      const entries = traceEntries(workload, dataset);
      const outputs = entries.map(({ outputTokens }) => outputTokens);
      return {
        inputTokensMean: mean(entries.map(({ inputTokens }) => inputTokens)),
        outputTokensMean: mean(outputs),
        outputTokensMax: outputs.reduce((most, tokens) => Math.max(most, tokens), 0),
      };
    }
    case 'conversation':
      return estimateConversation(workload);
  }
}

const mostBuiltTokens = 200_000;

function builtMean(workload: Workload, count: number): number {
  return mean(Array.from({ length: count }, (_, number) => buildPrompt(workload, 0, 'measured', number).inputTokens));
}

function estimateGiven(prompts: readonly GivenPrompt[], maxOutputTokens: number): TokenEstimate {
  const limits = prompts.map((prompt) => prompt.maxOutputTokens ?? maxOutputTokens);
  return {
    inputTokensMean: totalTokens(prompts.flatMap(textsOf)) / prompts.length,
    outputTokensMean: mean(limits),
    outputTokensMax: limits.reduce((max, limit) => Math.max(max, limit), 0),
  };
}

/** Turn t asks t inputs and answers t - 1 times: over the turns of T-turn conversations, E[T(T+1)/2] and E[T(T-1)/2] by E[T]. */
function estimateConversation(workload: Extract<Workload, { kind: 'conversation' }>): TokenEstimate {
  const turns = Array.from({ length: draws }, (_, conversationIndex) =>
    countTurns(workload, 0, 'measured', conversationIndex),
  );
  const inputs = mean(turns.map((count) => (count * (count + 1)) / 2)) / mean(turns);
  const outputTokensMean = drawnMean(workload.outputTokens, 1);
  const turnTokensMean = drawnMean(workload.inputTokens, minimumInputTokens(workload));
  return {
    inputTokensMean: countTokens(workload.system ?? '') + inputs * turnTokensMean + (inputs - 1) * outputTokensMean,
    outputTokensMean,
    outputTokensMax: largest(workload.outputTokens),
  };
}

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
