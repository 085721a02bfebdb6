import { type LineCorpus, pickLines } from '../corpora/line-corpus.ts';
import { sonnetCorpus } from '../corpora/sonnet-corpus.ts';
import { drawTokenCount, maxTokenCount, type TokenDistribution } from '../distributions/draw-token-count.ts';
import { type Random, seededRandom } from '../distributions/seeded-random.ts';
import type { Prompt, PromptKey } from '../prompt.ts';
import { countTokens } from '../tokenizers/count-tokens.ts';
import {
  drawChecksumNumber,
  drawReference,
  findLongestNumber,
  longestReference,
  writeNumberTask,
  writeReferenceLine,
} from './write-task-parts.ts';

/** Parameters of a task in which the model picks lines. */
export type LinesWorkload = {
  inputTokens: TokenDistribution;
  outputTokens: TokenDistribution;
  checksum: boolean;
  cache: 'cold' | 'warm';
};

export type LinesTask = {
  content: string;
  inputTokens: number;
  outputTokens: number;
  /** Number for the checksum. Null if the task has no checksum. */
  expectedNumber: number | null;
  /** Lines to pick from. The last line may be incomplete. */
  lines: readonly string[];
};

/** Builds a prompt with a single task. @param ownLines lines to use instead of the sonnets */
export function buildLinesPrompt(
  workload: LinesWorkload,
  { seed, kind, number }: PromptKey,
  ownLines: LineCorpus | null = null,
): Prompt {
  const randomFor = (purpose: string) => seededRandom(seed, purpose, kind, number);
  const least = countLeastTokens(workload, ownLines !== null);
  const task = drawLinesTask(workload, randomFor, least, ownLines ?? sonnetCorpus());
  return {
    messages: [{ role: 'user', content: task.content }],
    inputTokens: task.inputTokens,
    maxOutputTokens: task.outputTokens,
    expectedNumber: task.expectedNumber,
    inputLines: task.lines,
    requestedInputTokens: task.inputTokens,
  };
}

/**
 * Draws a task with exactly the drawn number of input tokens: a number in words, then lines to pick from. The task
 * requests the drawn number of output tokens, which is also the output limit.
 * @param randomFor returns a generator for each purpose, so that changes in one part do not affect the others
 * @param least minimum number of tokens in the task; see `countLeastTokens`
 */
export function drawLinesTask(
  workload: LinesWorkload,
  randomFor: (purpose: string) => Random,
  least: number,
  corpus: LineCorpus,
): LinesTask {
  const inputTokens = drawTokenCount(workload.inputTokens, randomFor('input-tokens'), least);
  const outputTokens = drawTokenCount(workload.outputTokens, randomFor('output-tokens'));
  const expectedNumber = workload.checksum ? drawChecksumNumber(randomFor('checksum')) : null;
  const reference = workload.cache === 'cold' ? drawReference(randomFor('reference')) : null;
  const task = writeLinesTask({ reference, expectedNumber, outputTokens });
  const { text, lines } = pickLines(corpus, randomFor('lines'), inputTokens - countTokens(task));
  return { content: task + text, inputTokens, outputTokens, expectedNumber, lines };
}

type TaskParts = {
  /** Unique first words of the prompt. Null if prompts may start with the same text. */
  reference: string | null;
  expectedNumber: number | null;
  outputTokens: number;
  /** Whether the lines come before the task. By default, they come after it. */
  lines?: 'above';
};

/** Writes the text of a task, without its lines. */
export function writeLinesTask({ reference, expectedNumber, outputTokens, lines }: TaskParts): string {
  const from = lines === 'above' ? 'from the poem lines above.' : 'from these poem lines:';
  const first = reference === null ? '' : writeReferenceLine(reference);
  const print = expectedNumber === null ? 'Print' : `${writeNumberTask(expectedNumber)} Then print`;
  return `${first}${print} lines picked at random, each on a line of its own, about ${outputTokens} tokens in all, ${from}`;
}

/**
 * Counts the tokens of the smallest task: its longest text, a blank line, and the longest sonnet line. A user's own
 * lines may be as short as one token.
 */
export function countLeastTokens(
  { checksum, cache }: Pick<LinesWorkload, 'checksum' | 'cache'>,
  hasOwnLines = false,
): number {
  const task = writeLinesTask({
    reference: cache === 'cold' ? longestReference : null,
    expectedNumber: checksum ? findLongestNumber() : null,
    outputTokens: maxTokenCount,
  });
  return countTokens(task) + 2 + (hasOwnLines ? 1 : countLongestLine());
}

let longestLineKept: number | null = null;

function countLongestLine(): number {
  longestLineKept ??= Math.max(...sonnetCorpus().lineTokens);
  return longestLineKept;
}

/** Describes the task's checksum and cache, to append to a description. */
export function describeTask({ checksum, cache }: Pick<LinesWorkload, 'checksum' | 'cache'>): string {
  return `${checksum ? 'checksum, ' : ''}${cache} cache`;
}
