import type { LineCorpus } from '../corpora/line-corpus.ts';
import { pickLines } from '../corpora/pick-lines.ts';
import { sonnetCorpus } from '../corpora/sonnet-corpus.ts';
import { drawTokenCount } from '../distributions/draw-token-count.ts';
import { type Random, seededRandom } from '../distributions/seeded-random.ts';
import { maxTokenCount, type TokenDistribution } from '../distributions/token-distribution.ts';
import type { Prompt, PromptKind } from '../prompt.ts';
import { countTokens } from '../tokenizers/count-tokens.ts';
import { drawReference, longestReference, referenceLine } from './cache-reference.ts';
import { drawChecksumNumber, findLongestNumber, numberTask } from './number-task.ts';

/** What a workload says of its tasks over lines. */
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
  /** Null without the checksum. */
  expectedNumber: number | null;
  /** The lines offered; the last one may be the beginning of one. */
  lines: readonly string[];
};

/** Builds a prompt of one task over lines. @param ownLines - in place of the sonnets */
export function buildLinesPrompt(
  workload: LinesWorkload,
  seed: number,
  kind: PromptKind,
  number: number,
  ownLines: LineCorpus | null = null,
): Prompt {
  const randomFor = (purpose: string) => seededRandom(seed, purpose, kind, number);
  const least = countLeastTokens(workload, ownLines !== null);
  const { content, inputTokens, outputTokens, expectedNumber, lines } = drawLinesTask(
    workload,
    randomFor,
    least,
    ownLines ?? sonnetCorpus(),
  );
  return {
    messages: [{ role: 'user', content }],
    inputTokens,
    maxOutputTokens: outputTokens,
    expectedNumber,
    inputLines: lines,
    requestedInputTokens: inputTokens,
  };
}

/**
 * Draws the blog's combined task, of exactly as many tokens as its distribution gives: a number in words, then lines to pick
 * from, until about so many tokens are printed (the same count is the output limit).
 * @param randomFor - a generator for each purpose: changing one part of a workload leaves the others as they were
 * @param least - fewest tokens of the task; see `countLeastTokens`
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
  const asked = writeLinesTask({ reference, expectedNumber, outputTokens });
  const { text, lines } = pickLines(corpus, randomFor('lines'), inputTokens - countTokens(asked));
  return { content: asked + text, inputTokens, outputTokens, expectedNumber, lines };
}

type Asked = {
  /** Words that no other prompt begins with; null: the prompt may share its beginning. */
  reference: string | null;
  /** The number to convert; null: lines only. */
  expectedNumber: number | null;
  outputTokens: number;
  /** Where the lines are: behind the task if left out, or before it. */
  lines?: 'above';
};

/** Writes what is asked: it stands before the lines, which follow behind a blank line, or after them. */
export function writeLinesTask({ reference, expectedNumber, outputTokens, lines }: Asked): string {
  const from = lines === 'above' ? 'from the poem lines above.' : 'from these poem lines:';
  const first = reference === null ? '' : referenceLine(reference);
  const print = expectedNumber === null ? 'Print' : `${numberTask(expectedNumber)} Then print`;
  return `${first}${print} lines picked at random, each on a line of its own, about ${outputTokens} tokens in all, ${from}`;
}

/**
 * Counts the fewest tokens that every task can have: the longest possible request, the blank line, and the longest line of
 * the sonnets, so that each task offers a whole line (of lines of one's own: a token).
 */
export function countLeastTokens(
  { checksum, cache }: Pick<LinesWorkload, 'checksum' | 'cache'>,
  hasOwnLines = false,
): number {
  const asked = writeLinesTask({
    reference: cache === 'cold' ? longestReference : null,
    expectedNumber: checksum ? findLongestNumber() : null,
    outputTokens: maxTokenCount,
  });
  return countTokens(asked) + 2 + (hasOwnLines ? 1 : countLongestLine());
}

let longestLineKept: number | null = null;

function countLongestLine(): number {
  longestLineKept ??= Math.max(...sonnetCorpus().lineTokens);
  return longestLineKept;
}

/** Describes the task as the end of a line about the workload. */
export function describeTask({ checksum, cache }: Pick<LinesWorkload, 'checksum' | 'cache'>): string {
  return `${checksum ? 'checksum, ' : ''}${cache} cache`;
}
