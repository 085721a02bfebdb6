import { countTokensWithBos } from '../tokenizers/count-tokens.ts';
import { sonnetCorpus } from './sonnet-corpus.ts';

/** How many lines LLMPerf's corpora have: `sonnet.txt` of version 1, and the shorter one of version 2. */
export const llmperfCorpusLines = { v1: 518, v2: 84 } as const;

export type LlmperfCorpus = {
  /** Each with its line break, as a file is read. */
  lines: readonly string[];
  /** Tokens of each line counted on its own, as LLMPerf does: with a BOS token every time. */
  lineTokens: readonly number[];
  indices: Uint16Array;
};

const kept = new Map<number, LlmperfCorpus>();

/** The first lines of the sonnets, as many as LLMPerf's corpus has: of the same kind and size, not the same bytes. */
export function llmperfCorpus(version: keyof typeof llmperfCorpusLines): LlmperfCorpus {
  const count = llmperfCorpusLines[version];
  const found = kept.get(count);
  if (found !== undefined) return found;
  const lines = sonnetCorpus()
    .lines.slice(0, count)
    .map((line) => `${line}\n`);
  const corpus = { lines, lineTokens: lines.map(countTokensWithBos), indices: Uint16Array.from(lines.keys()) };
  kept.set(count, corpus);
  return corpus;
}
