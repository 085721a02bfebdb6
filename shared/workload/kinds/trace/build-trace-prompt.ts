import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { type PickedLines, pickLines } from '../../corpora/line-corpus.ts';
import { sonnetCorpus } from '../../corpora/sonnet-corpus.ts';
import type { TraceEntry } from '../../datasets/read-trace.ts';
import { createSeededRandom, type Random } from '../../distributions/seeded-random.ts';
import { buildLinesPrompt, countLeastTokens, drawChecksumNumber, writeLinesTask } from '../../parts/lines-task.ts';
import type { Prompt, PromptKey } from '../../prompt.ts';
import { countTokens, countTokensAfterLineBreak } from '../../tokenizers/count-tokens.ts';

type TraceTask = { checksum: boolean; cache: 'cold' | 'warm'; blockTokens: number };

/**
 * Builds a prompt with exactly the token counts of a trace entry. With a warm cache, prompts with equal leading block
 * ids start with the same text. If the entry is too short for the task, the prompt consists of random words.
 */
export function buildTracePrompt(workload: TraceTask, entry: TraceEntry, key: PromptKey): Prompt {
  const { inputTokens, outputTokens, blockIds } = entry;
  if (inputTokens < countLeastTokens(workload)) return buildWords(entry, key, workload.cache);
  if (workload.cache === 'warm' && blockIds !== undefined)
    return buildBlockPrompt(workload, { ...entry, blockIds }, key);
  const fixed = (value: number) => ({ distribution: 'fixed', value }) as const;
  const sizes = { inputTokens: fixed(inputTokens), outputTokens: fixed(outputTokens) };
  return buildLinesPrompt({ ...workload, ...sizes }, key);
}

/** Words that are always one token, at any position. */
export const oneTokenWords = 'and the of to in is for with as his her their from at on by all one time day'.split(' ');

/** Builds a prompt of one-token words: random if the cache is cold, and equal for equal lengths if it is warm. */
function buildWords({ inputTokens, outputTokens }: TraceEntry, key: PromptKey, cache: 'cold' | 'warm'): Prompt {
  const random = createSeededRandom(key.seed, 'words', key.kind, key.number);
  const wordAt = (index: number) =>
    cache === 'warm' ? index % oneTokenWords.length : uniformInt(random, 0, oneTokenWords.length - 1);
  const words = Array.from({ length: inputTokens }, (_, index) => oneTokenWords[wordAt(index)]);
  return {
    messages: [{ role: 'user', content: words.join(' ') }],
    inputTokens,
    maxOutputTokens: outputTokens,
    expectedNumber: null,
    inputLines: null,
    requestedInputTokens: inputTokens,
  };
}

const opening = 'Lines of poems:';

/**
 * Builds a prompt from blocks of `blockTokens` tokens. A block's text depends only on its id and position, so prompts
 * with the same first ids start with the same tokens. A block with no id is unique. The prompt ends with the task.
 */
function buildBlockPrompt(
  { blockTokens, checksum }: TraceTask,
  { blockIds, inputTokens, outputTokens }: TraceEntry & { blockIds: readonly number[] },
  { seed, kind, number }: PromptKey,
): Prompt {
  const expectedNumber = checksum ? drawChecksumNumber(createSeededRandom(seed, 'checksum', kind, number)) : null;
  const task = writeLinesTask({ reference: null, expectedNumber, outputTokens, lines: 'above' });
  const lastBreaks = 2;
  const end = inputTokens - countTokensAfterLineBreak(task) - lastBreaks;
  let content = opening;
  const inputLines: string[] = [];
  for (let block = 0, from = countTokens(opening); from < end; block++) {
    const to = Math.min(end, (block + 1) * blockTokens);
    const id = blockIds[block];
    const random =
      id === undefined
        ? createSeededRandom(seed, 'own-block', kind, number, block)
        : createSeededRandom(seed, 'block', id, block);
    const { text, lines } = fillTokens(random, to - from);
    content += text;
    for (const line of lines) inputLines.push(line);
    from = Math.max(from, to);
  }
  return {
    messages: [{ role: 'user', content: `${content}${'\n'.repeat(lastBreaks)}${task}` }],
    inputTokens,
    maxOutputTokens: outputTokens,
    expectedNumber,
    inputLines,
    requestedInputTokens: inputTokens,
  };
}

/** Returns text with exactly `tokens` tokens: lines, or only line breaks (one token each) if no line fits. */
function fillTokens(random: Random, tokens: number): PickedLines {
  if (tokens >= 3) return pickLines(sonnetCorpus(), random, tokens);
  return { text: '\n'.repeat(Math.max(0, tokens)), lines: [] };
}
