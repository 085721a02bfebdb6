import { pickLines } from '../../corpora/pick-lines.ts';
import { sonnetCorpus } from '../../corpora/sonnet-corpus.ts';
import type { TraceEntry } from '../../datasets/trace-entry.ts';
import { seededRandom } from '../../distributions/seeded-random.ts';
import { writeLinesTask } from '../../parts/lines-task.ts';
import { drawChecksumNumber } from '../../parts/number-task.ts';
import type { Prompt, PromptKind } from '../../prompt.ts';
import { countTokens, countTokensAfterLineBreak } from '../../tokenizers/count-tokens.ts';
import type { TraceWorkload } from './trace-schema.ts';

type BlockEntry = TraceEntry & { blockIds: readonly number[] };

const opening = 'Lines of poems:';

/**
 * Builds a prompt of exactly the length of its entry, in blocks of `blockTokens`: block k is drawn from its id and place alone, so
 * that two prompts are the same to the last token of the blocks that they have in common. What is asked for stands at the
 * end, in place of as much of the last blocks; a block without an id is the request's own.
 */
export function buildBlockPrompt(
  { blockTokens, checksum }: TraceWorkload,
  { blockIds, inputTokens, outputTokens }: BlockEntry,
  seed: number,
  kind: PromptKind,
  number: number,
): Prompt {
  const expectedNumber = checksum ? drawChecksumNumber(seededRandom(seed, 'checksum', kind, number)) : null;
  const task = writeLinesTask({ reference: null, expectedNumber, outputTokens, lines: 'above' });
  const lastBreaks = 2;
  const end = inputTokens - countTokensAfterLineBreak(task) - lastBreaks;
  let content = opening;
  const inputLines: string[] = [];
  for (let block = 0, from = countTokens(opening); from < end; block++) {
    const to = Math.min(end, (block + 1) * blockTokens);
    const id = blockIds[block];
    const random =
      id === undefined ? seededRandom(seed, 'own-block', kind, number, block) : seededRandom(seed, 'block', id, block);
    const { text, lines } = fill(random, to - from);
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

/** Fewer tokens than a line takes are line breaks, each a token. */
function fill(random: ReturnType<typeof seededRandom>, tokens: number): ReturnType<typeof pickLines> {
  if (tokens >= 3) return pickLines(sonnetCorpus(), random, tokens);
  return { text: '\n'.repeat(Math.max(0, tokens)), lines: [] };
}
