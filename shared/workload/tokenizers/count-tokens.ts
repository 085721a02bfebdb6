import { runAtOnce, type Steps } from '../../time-slices.ts';
import { startScan } from './llama2/scan-tokens.ts';
import { loadVocabulary } from './llama2/vocabulary.ts';

/**
 * Loads the tokenizer, which takes about 0.2 s. Processes that count tokens load it at startup, because the first count
 * would otherwise load it.
 */
export function loadTokenizer(): void {
  loadVocabulary();
}

/** Counts Llama 2 tokens, without special tokens. Adds a space before the text, as SentencePiece does. */
export function countTokens(text: string): number {
  return runAtOnce(countTokensInSteps(text));
}

/** Counts tokens like `countTokens`, in steps. Use it for texts that can be longer than some 10,000 characters. */
export function countTokensInSteps(text: string): Steps<number> {
  return countText(text === '' ? '' : ` ${text}`);
}

/** Counts tokens like LLMPerf, which adds a BOS token to each text: "" has 1 token. */
export function countTokensWithBos(text: string): number {
  return countTokens(text) + 1;
}

/** Counts the tokens that a text adds after a line break. No token spans a line break, so these counts can be added. */
export function countTokensAfterLineBreak(text: string): number {
  return runAtOnce(countText(text));
}

/** Counts tokens like `countTokensAfterLineBreak`, in steps. */
export function countTokensAfterLineBreakInSteps(text: string): Steps<number> {
  return countText(text);
}

/** For each n from 0, counts the tokens that the first n UTF-16 units of a text add if they follow a line break. */
export function countTokensOfBeginnings(text: string): Uint32Array {
  const tokens = new Uint32Array(text.length + 1);
  const scan = startScan(text);
  while (scan.position() < text.length) {
    scan.advanceTo(scan.position() + 1);
    tokens[scan.position()] = scan.tokens();
  }
  return tokens;
}

/** Number of UTF-16 units of one step. Counting them takes less than 1 ms. */
const stepLength = 1_000;

/** Counts the tokens of a text word by word, because most words repeat. */
function* countText(text: string): Steps<number> {
  let tokens = 0;
  for (let start = 0, pauseAt = stepLength; start < text.length; ) {
    const end = findWordEnd(text, start, start + longestKeptWord);
    if (end !== null) {
      tokens += countWord(text.slice(start, end));
      start = end;
    } else {
      const scan = startScan(text, start);
      for (let isEnd = false; !isEnd; yield) {
        const wordEnd = findWordEnd(text, scan.position(), scan.position() + stepLength);
        scan.advanceTo(wordEnd ?? scan.position() + stepLength);
        isEnd = wordEnd !== null;
      }
      tokens += scan.tokens();
      start = scan.position();
    }
    if (start < pauseAt) continue;
    yield;
    pauseAt = start + stepLength;
  }
  return tokens;
}

/** Returns the end of the word at position `start`, or null if the word ends after `limit`. */
function findWordEnd(text: string, start: number, limit: number): number | null {
  if (text.charCodeAt(start) === lineBreak) return start + 1;
  for (let end = start + 1; end <= limit; end++) {
    if (end >= text.length) return text.length;
    const code = text.charCodeAt(end);
    if (code === lineBreak || (isSpace(code) && !isSpace(text.charCodeAt(end - 1)))) return end;
  }
  return null;
}

const lineBreak = 0x0a;

/** Returns whether a character is a space, or the character that SentencePiece writes for a space. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x2581;
}

/** V8 copies a substring of at most 12 characters. A longer substring would keep the whole text in memory. */
const longestKeptWord = 12;
const mostKeptWords = 50_000;
const keptCounts = new Map<string, number>();

function countWord(word: string): number {
  const kept = keptCounts.get(word);
  if (kept !== undefined) return kept;
  const scan = startScan(word);
  scan.advanceTo(word.length);
  if (keptCounts.size >= mostKeptWords) keptCounts.clear();
  keptCounts.set(word, scan.tokens());
  return scan.tokens();
}
