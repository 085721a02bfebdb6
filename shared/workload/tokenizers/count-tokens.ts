import llamaTokenizer from 'llama-tokenizer-js';

/**
 * Number of tokens of a text by the Llama 2 tokenizer, without special tokens (no BOS): "hello world" is 2, "" is 0.
 * As in SentencePiece, a text starts as if a space stood before it.
 */
export function countTokens(text: string): number {
  return text === '' ? 0 : countSegments(` ${text}`);
}

/** As LLMPerf counts: a BOS token is put before each text that is counted, so that "" is 1. */
export function countTokensWithBos(text: string): number {
  return countTokens(text) + 1;
}

/** Number of tokens that a text adds where it follows a line break: nothing merges across one, so counts add up. */
export function countTokensAfterLineBreak(text: string): number {
  return countSegments(text);
}

/** SentencePiece's stand-in for a space. */
const spaceMark = '\u2581';

/**
 * The library's encoder takes 1 to 40 us a token. But a merge yields a token of the vocabulary, so none ever crosses two
 * neighboring characters that stand side by side in no token. Cutting there leaves the count as it is, and the pieces
 * (words, mostly) are few and come again and again: their counts are kept.
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
  // Never between the halves of a surrogate pair: the encoder must see the whole character.
  return neighbors.has((left << 16) | right) || (left >= 0xd800 && left < 0xdc00 && right >= 0xdc00 && right < 0xe000);
}

const longestKeptSegment = 40;
const mostKeptSegments = 50_000;
const keptCounts = new Map<string, number>();

function countSegment(segment: string): number {
  if (segment.length > longestKeptSegment) return encodedLength(segment);
  const kept = keptCounts.get(segment);
  if (kept !== undefined) return kept;
  const count = encodedLength(segment);
  if (keptCounts.size >= mostKeptSegments) keptCounts.clear();
  keptCounts.set(segment, count);
  return count;
}

function encodedLength(segment: string): number {
  return llamaTokenizer.encode(segment, false, false).length;
}

let neighborsKept: ReadonlySet<number> | null = null;

/** Each two UTF-16 units that stand side by side in some token, as `left << 16 | right`. */
function neighborsInTokens(): ReadonlySet<number> {
  if (neighborsKept !== null) return neighborsKept;
  const neighbors = new Set<number>();
  for (const token of llamaTokenizer.vocabById)
    for (let at = 1; at < token.length; at++) neighbors.add((token.charCodeAt(at - 1) << 16) | token.charCodeAt(at));
  neighborsKept = neighbors;
  return neighbors;
}
