import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { Workload } from '../../../spec/run-spec.ts';
import type { LineCorpus } from '../../corpora/line-corpus.ts';
import { pickLines } from '../../corpora/pick-lines.ts';
import { sonnetCorpus } from '../../corpora/sonnet-corpus.ts';
import { drawTokenCount } from '../../distributions/draw-token-count.ts';
import { seededRandom } from '../../distributions/seeded-random.ts';
import { drawReference } from '../../parts/cache-reference.ts';
import { checksumNumbers, sonnetTask } from '../../parts/lines-task.ts';
import type { Prompt, PromptKind } from '../../prompt.ts';
import { countTokens } from '../../tokenizers/count-tokens.ts';
import { minimumInputTokens } from '../minimum-input-tokens.ts';

type SonnetWorkload = Extract<Workload, { kind: 'sonnet' }>;

/**
 * The blog's combined task, of exactly as many tokens as drawn: the number in words, then lines to pick from, until
 * about so many tokens are printed (the same count is the output limit).
 * Each thing drawn has a generator of its own: changing one part of a workload leaves the others as they were.
 * @param corpus - the lines to draw from: the sonnets, or a dataset's
 */
export function buildSonnetPrompt(
  workload: SonnetWorkload,
  seed: number,
  kind: PromptKind,
  number: number,
  corpus: LineCorpus = sonnetCorpus(),
): Prompt {
  const randomFor = (purpose: string) => seededRandom(seed, purpose, kind, number);
  const inputTokens = drawTokenCount(workload.inputTokens, randomFor('input-tokens'), minimumInputTokens(workload));
  const outputTokens = drawTokenCount(workload.outputTokens, randomFor('output-tokens'));
  const expectedNumber = workload.checksum
    ? uniformInt(randomFor('checksum'), checksumNumbers.min, checksumNumbers.max)
    : null;
  const reference = workload.cache === 'cold' ? drawReference(randomFor('reference')) : null;
  const task = sonnetTask({ reference, expectedNumber, outputTokens });
  const { text, lines } = pickLines(corpus, randomFor('lines'), inputTokens - countTokens(task));
  return {
    messages: [{ role: 'user', content: task + text }],
    inputTokens,
    maxOutputTokens: outputTokens,
    expectedNumber,
    inputLines: lines,
    requestedInputTokens: inputTokens,
  };
}
