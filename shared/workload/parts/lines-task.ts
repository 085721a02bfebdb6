import { toCardinal } from 'n2words/en-GB';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { z } from 'zod';
import { computeOnce } from '../../compute-once.ts';
import { type LineCorpus, pickLines } from '../corpora/line-corpus.ts';
import { sonnetCorpus } from '../corpora/sonnet-corpus.ts';
import { drawTokenCount } from '../distributions/draw-token-count.ts';
import { maxTokenCount } from '../distributions/kinds/distribution-kind.ts';
import { createSeededRandom, type Random } from '../distributions/seeded-random.ts';
import type { TokenDistribution } from '../distributions/token-distribution.ts';
import type { Prompt, PromptKey } from '../prompt.ts';
import { countTokens } from '../tokenizers/count-tokens.ts';

export const cacheSchema = z.enum(['cold', 'warm']).meta({ id: 'Cache' });

/** Creates the schema of the field `cache` for prompts that the workload builds. */
export const buildCacheSchema = (description: string) => cacheSchema.default('cold').describe(description);

/** Schema of the field `cache` for a user's own prompts. */
export const givenCacheSchema = cacheSchema
  .optional()
  .describe('warm: prompts are sent unchanged. cold: each prompt starts with unique words. Default: warm');

type GivenCache = { cache?: 'cold' | 'warm' | undefined };

/** Draws a reference, the unique first words of a prompt. It encodes 64 random bits as letters, so that it has no number. */
export function drawReference(random: Random): string {
  const groups = Array.from({ length: 4 }, () => {
    const bits = uniformInt(random, 0, 0xffff);
    return [12, 8, 4, 0].map((shift) => referenceLetters[(bits >> shift) & 15]).join('');
  });
  return groups.join(' ');
}

const referenceLetters = 'abcdefghijklmnop';
/** The reference with the most tokens: each letter is a separate token. */
export const longestReference = 'bbhc bbhc bbhc bbhc';

/** Writes the first line of a prompt for a cold cache. Each prompt has a different first line. */
function writeReferenceLine(reference: string): string {
  return `${reference}: a reference, not part of the task.\n`;
}

/** Writes the reference line of a request for a cold cache. Returns an empty string for a warm cache. */
export function writeReference({ cache }: GivenCache, { seed, kind, number }: PromptKey): string {
  return cache === 'cold' ? writeReferenceLine(drawReference(createSeededRandom(seed, 'reference', kind, number))) : '';
}

/** Returns a text about a cold cache, to append to a description. Returns an empty string for a warm cache. */
export function describeGivenCache({ cache }: GivenCache): string {
  return cache === 'cold' ? ', cold cache' : '';
}

/** Range of checksum numbers. docs/decisions/0001-checksum-number.md explains why they have five digits. */
export const checksumNumbers = { min: 10_000, max: 99_999 } as const;

export function drawChecksumNumber(random: Random): number {
  return uniformInt(random, checksumNumbers.min, checksumNumbers.max);
}

/** Writes the checksum task: convert a number from words to digits and print it at the start of the response. */
export function writeNumberTask(number: number): string {
  return `Convert this number from words to digits: ${numberToWords(number)}.\nPrint the number first, digits only.`;
}

/** Finds the checksum number that has the most tokens in words. Searches the thousands and the remainder separately. */
const findLongestNumber = computeOnce(() => {
  const thousands = findLongestInWords(checksumNumbers.min / 1_000, Math.floor(checksumNumbers.max / 1_000));
  return thousands * 1_000 + findLongestInWords(100, 999);
});

function findLongestInWords(min: number, max: number): number {
  let longest = { number: min, tokens: 0 };
  for (let number = min; number <= max; number++) {
    const tokens = countTokens(numberToWords(number));
    if (tokens > longest.tokens) longest = { number, tokens };
  }
  return longest.number;
}

/**
 * Writes an integer from 0 to 999,999,999 in English words like Python's num2words, which LLMPerf uses: "one thousand,
 * two hundred and thirty-four". The library n2words writes no commas, so this function joins the groups of digits.
 * @throws RangeError for other numbers
 */
export function numberToWords(number: number): string {
  if (!Number.isInteger(number) || number < 0 || number > 999_999_999)
    throw new RangeError(`${number} is not an integer from 0 to 999,999,999`);
  const millions = Math.floor(number / 1_000_000);
  const thousands = Math.floor(number / 1_000) % 1_000;
  const rest = number % 1_000;
  const groups: string[] = [];
  if (millions > 0) groups.push(`${toCardinal(millions)} million`);
  if (thousands > 0) groups.push(`${toCardinal(thousands)} thousand`);
  if (groups.length > 0 && rest > 0 && rest < 100) return `${groups.join(', ')} and ${toCardinal(rest)}`;
  if (groups.length === 0 || rest > 0) groups.push(toCardinal(rest));
  return groups.join(', ');
}

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
  const randomFor = (purpose: string) => createSeededRandom(seed, purpose, kind, number);
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

const countLongestLine = computeOnce(() => Math.max(...sonnetCorpus().lineTokens));

/** Describes the task's checksum and cache, to append to a description. */
export function describeTask({ checksum, cache }: Pick<LinesWorkload, 'checksum' | 'cache'>): string {
  return `${checksum ? 'checksum, ' : ''}${cache} cache`;
}
