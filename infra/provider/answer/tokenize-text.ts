import llamaTokenizer from 'llama-tokenizer-js';

/** The bytes of one token. A character may consist of several tokens. */
export type Token = Uint8Array;

const utf8 = new TextEncoder();
const newline: Token = utf8.encode('\n');
const nothing: Token = new Uint8Array(0);
// In the Llama 2 vocabulary, the ids 3 to 258 are the tokens for the single bytes <0x00> to <0xFF>.
const firstByteId = 3;
const lastByteId = 258;
const space = 0x20;

const maxCachedLines = 20_000;
const tokensOfLine = new Map<string, readonly Token[]>();

/**
 * Splits a text into the same Llama 2 tokens as `countTokens`, without special tokens. The tokenizer's leading space
 * becomes an empty token ("7" becomes "" and "7"). A line end is always its own token, so that lines can be cached.
 */
export function tokenizeText(text: string): Token[] {
  if (text === '') return [];
  const [first, ...rest] = text.split('\n');
  const [head, ...tail] = tokenizeLine(` ${first ?? ''}`);
  const tokens = head === undefined ? [] : [head[0] === space ? withoutSpace(head) : head, ...tail];
  for (const line of rest) {
    tokens.push(newline);
    for (const token of tokenizeLine(line)) tokens.push(token);
  }
  return tokens;
}

function withoutSpace(token: Token): Token {
  return token.length === 1 ? nothing : token.subarray(1);
}

export function tokenizeNextLine(line: string): Token[] {
  return [newline, ...tokenizeLine(line)];
}

function tokenizeLine(line: string): readonly Token[] {
  const known = tokensOfLine.get(line);
  if (known !== undefined) return known;
  const tokens = line === '' ? [] : llamaTokenizer.encode(line, false, false).map(decodeToken);
  if (tokensOfLine.size >= maxCachedLines) tokensOfLine.clear();
  tokensOfLine.set(line, tokens);
  return tokens;
}

function decodeToken(id: number): Token {
  const text = llamaTokenizer.vocabById[id] ?? '';
  if (id >= firstByteId && id <= lastByteId) return Uint8Array.of(Number.parseInt(text.slice(1, -1), 16));
  return utf8.encode(text.replaceAll('\u2581', ' '));
}

/** The smallest text that can be sent (one or more whole characters), and its number of tokens. */
export type TextPiece = { text: string; tokens: number };

/** Joins tokens until each piece of text consists of whole characters. */
export function joinTokens(tokens: readonly Token[]): TextPiece[] {
  const pieces: TextPiece[] = [];
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let held = 0;
  for (const token of tokens) {
    held += 1;
    const text = decoder.decode(token, { stream: true });
    if (text === '') continue;
    pieces.push({ text, tokens: held });
    held = 0;
  }
  // A length limit can split a character. Its tokens then have no text, so they count toward the last piece.
  const last = pieces.at(-1);
  if (held > 0 && last !== undefined) last.tokens += held;
  return pieces;
}
