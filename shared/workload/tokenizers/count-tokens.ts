import llamaTokenizer from 'llama-tokenizer-js';
import { computeOnce } from '../../compute-once.ts';

/** Counts Llama 2 tokens, without special tokens. Adds a space before the text, as SentencePiece does. */
export function countTokens(text: string): number {
  return text === '' ? 0 : countSegments(` ${text}`);
}

/** Counts tokens like LLMPerf, which adds a BOS token to each text: "" has 1 token. */
export function countTokensWithBos(text: string): number {
  return countTokens(text) + 1;
}

/** Counts the tokens that a text adds after a line break. No token spans a line break, so these counts can be added. */
export function countTokensAfterLineBreak(text: string): number {
  return countSegments(text);
}

/** SentencePiece replaces each space with this character. */
const spaceMark = '\u2581';

/**
 * Counts tokens in pieces, mostly words, and caches each piece's count, because the library takes 1 to 40 µs per token.
 * If two characters are never adjacent within a token, a cut between them does not change the count.
 */
function countSegments(text: string): number {
  const marked = text.replaceAll(' ', spaceMark);
  const neighbors = listNeighborsInTokens();
  let tokens = 0;
  let start = 0;
  for (let end = 1; end <= marked.length; end++) {
    if (end < marked.length && mayMerge(marked, end, neighbors)) continue;
    tokens += countSegment(marked.slice(start, end));
    start = end;
  }
  return tokens;
}

function mayMerge(text: string, at: number, neighbors: ReadonlySet<number>): boolean {
  const left = text.charCodeAt(at - 1);
  const right = text.charCodeAt(at);
  // The tokenizer needs both halves of a surrogate pair.
  return neighbors.has((left << 16) | right) || (left >= 0xd800 && left < 0xdc00 && right >= 0xdc00 && right < 0xe000);
}

const longestKeptSegment = 40;
const mostKeptSegments = 50_000;
const keptCounts = new Map<string, number>();

function countSegment(segment: string): number {
  const kept = keptCounts.get(segment);
  if (kept !== undefined) return kept;
  const count = llamaTokenizer.encode(segment, false, false).length;
  if (segment.length > longestKeptSegment) return count;
  if (keptCounts.size >= mostKeptSegments) keptCounts.clear();
  keptCounts.set(segment, count);
  return count;
}

/** Returns all pairs of UTF-16 units that are adjacent in any token, as `left << 16 | right`. */
const listNeighborsInTokens = computeOnce((): ReadonlySet<number> => {
  const neighbors = new Set<number>();
  for (const token of llamaTokenizer.vocabById)
    for (let at = 1; at < token.length; at++) neighbors.add((token.charCodeAt(at - 1) << 16) | token.charCodeAt(at));
  return neighbors;
});
