import llamaTokenizer from 'llama-tokenizer-js';

/**
 * Counts the tokens of a text by the Llama 2 tokenizer, without special tokens: "hello world" has 2, "" has 0. As in
 * SentencePiece, a space precedes the text.
 */
export function countTokens(text: string): number {
  return text === '' ? 0 : countSegments(` ${text}`);
}

/** Counts tokens as LLMPerf does, with a BOS token before each text: "" has 1. */
export function countTokensWithBos(text: string): number {
  return countTokens(text) + 1;
}

/** Counts the tokens that a text adds after a line break. Tokens never span a line break, so these counts add up. */
export function countTokensAfterLineBreak(text: string): number {
  return countSegments(text);
}

/** The character that represents a space in SentencePiece. */
const spaceMark = '\u2581';

/**
 * Counts tokens piece by piece, because the library needs 1 to 40 µs per token. A cut between two characters that are
 * adjacent in no token of the vocabulary does not change the count. The pieces, mostly words, repeat, so their counts are kept.
 */
function countSegments(text: string): number {
  const marked = text.replaceAll(' ', spaceMark);
  const neighbors = neighborsInTokens();
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
  // The encoder needs both halves of a surrogate pair.
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

let neighborsKept: ReadonlySet<number> | null = null;

/** Returns each pair of UTF-16 units that are adjacent in a token, as `left << 16 | right`. */
function neighborsInTokens(): ReadonlySet<number> {
  if (neighborsKept !== null) return neighborsKept;
  const neighbors = new Set<number>();
  for (const token of llamaTokenizer.vocabById)
    for (let at = 1; at < token.length; at++) neighbors.add((token.charCodeAt(at - 1) << 16) | token.charCodeAt(at));
  neighborsKept = neighbors;
  return neighbors;
}
