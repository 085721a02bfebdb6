import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { TraceEntry } from '../../datasets/trace-entry.ts';
import { type Random, seededRandom } from '../../distributions/seeded-random.ts';
import { buildLinesPrompt, countLeastTokens } from '../../parts/lines-task.ts';
import type { Prompt, PromptKind } from '../../prompt.ts';
import { buildBlockPrompt } from './build-block-prompt.ts';
import type { TraceWorkload } from './trace-schema.ts';

/**
 * Builds a prompt of exactly the length of its entry, made of sonnets, that asks for as many tokens as the entry says. Where
 * the prompts of a trace are to begin alike as they did when it was recorded, of blocks; where an entry is shorter than the
 * task itself, of words that mean nothing.
 */
export function buildTracePrompt(
  workload: TraceWorkload,
  entry: TraceEntry,
  seed: number,
  kind: PromptKind,
  number: number,
): Prompt {
  const { inputTokens, outputTokens, blockIds } = entry;
  if (inputTokens < countLeastTokens(workload))
    return buildWords(entry, seededRandom(seed, 'words', kind, number), workload.cache);
  if (workload.cache === 'warm' && blockIds !== undefined)
    return buildBlockPrompt(workload, { ...entry, blockIds }, seed, kind, number);
  const fixed = (value: number) => ({ distribution: 'fixed', value }) as const;
  const sizes = { inputTokens: fixed(inputTokens), outputTokens: fixed(outputTokens) };
  return buildLinesPrompt({ ...workload, ...sizes }, seed, kind, number);
}

/** Each a token of its own wherever it stands: the number of words is the number of tokens. */
export const oneTokenWords = 'and the of to in is for with as his her their from at on by all one time day'.split(' ');

/** Drawn for each request, or (`warm`) the same for all of a length. */
function buildWords({ inputTokens, outputTokens }: TraceEntry, random: Random, cache: 'cold' | 'warm'): Prompt {
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
