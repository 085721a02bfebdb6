import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { Workload } from '../../../spec/run-spec.ts';
import type { Dataset } from '../../datasets/dataset.ts';
import type { TraceEntry } from '../../datasets/trace-entry.ts';
import { type Random, seededRandom } from '../../distributions/seeded-random.ts';
import type { Prompt, PromptKind } from '../../prompt.ts';
import { minimumInputTokens } from '../minimum-input-tokens.ts';
import { buildSonnetPrompt } from '../sonnet/sonnet.ts';
import { buildBlockPrompt } from './build-block-prompt.ts';

export type TraceWorkload = Extract<Workload, { kind: 'trace' }>;

/**
 * A prompt of exactly the length of its entry, made of sonnets, that asks for as many tokens as the entry says. Where the
 * prompts of a trace are to begin alike as they did when it was recorded, of blocks; where an entry is shorter than the
 * task itself, of words that mean nothing.
 * @throws Error where the entries stand in a dataset that was not read
 */
export function buildTracePrompt(
  workload: TraceWorkload,
  seed: number,
  kind: PromptKind,
  number: number,
  dataset: Dataset | null = null,
): Prompt {
  const entries = traceEntries(workload, dataset);
  const entry = entries[number % entries.length];
  if (entry === undefined) throw new RangeError('A trace has at least one entry');
  const { inputTokens, outputTokens, blockIds } = entry;
  if (inputTokens < minimumInputTokens(workload))
    return buildWords(entry, seededRandom(seed, 'words', kind, number), workload.cache);
  if (workload.cache === 'warm' && blockIds !== undefined)
    return buildBlockPrompt(workload, { ...entry, blockIds }, seed, kind, number);
  const fixed = (value: number) => ({ distribution: 'fixed', value }) as const;
  const { checksum, cache } = workload;
  const sizes = { inputTokens: fixed(inputTokens), outputTokens: fixed(outputTokens) };
  return buildSonnetPrompt({ kind: 'sonnet', ...sizes, checksum, cache }, seed, kind, number);
}

/** The entries of a trace, wherever they stand. */
export function traceEntries({ entries }: TraceWorkload, dataset: Dataset | null): readonly TraceEntry[] {
  if (entries !== undefined) return entries;
  if (dataset?.kind !== 'trace') throw new Error('The workload needs the entries of its dataset');
  return dataset.entries;
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
