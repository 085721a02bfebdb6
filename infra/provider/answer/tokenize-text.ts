import llamaTokenizer from 'llama-tokenizer-js';

/** The bytes of one token. A character may be spread over several tokens. */
export type Token = Uint8Array;

const utf8 = new TextEncoder();
const newline: Token = utf8.encode('\n');
const nothing: Token = new Uint8Array(0);
// Byte tokens <0x00> to <0xFF> have the ids 3 to 258 in the Llama 2 vocabulary.
const firstByteId = 3;
const lastByteId = 258;
const space = 0x20;

const maxCachedLines = 20_000;
const tokensOfLine = new Map<string, readonly Token[]>();

/**
 * The Llama 2 tokens of a text, as `countTokens` counts them: no special tokens, and as if a space stood in front (which
 * is in no token's bytes, so "7" is an empty token and "7"). A line end is always a token of its own, never merged: so
 * lines are tokenised apart and remembered, and a poem's lines are tokenised once, not for each request.
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

/** The tokens that a text adds where it follows a line end, that line end first. */
export function tokenizeNextLine(line: string): Token[] {
  return [newline, ...tokenizeLine(line)];
}

function tokenizeLine(line: string): readonly Token[] {
  const known = tokensOfLine.get(line);
  if (known !== undefined) return known;
  const tokens = line === '' ? [] : llamaTokenizer.encode(line, false, false).map(bytesOf);
  if (tokensOfLine.size >= maxCachedLines) tokensOfLine.clear();
  tokensOfLine.set(line, tokens);
  return tokens;
}

function bytesOf(id: number): Token {
  const text = llamaTokenizer.vocabById[id] ?? '';
  if (id >= firstByteId && id <= lastByteId) return Uint8Array.of(Number.parseInt(text.slice(1, -1), 16));
  return utf8.encode(text.replaceAll('\u2581', ' '));
}

/** The smallest piece of text that can be sent: whole characters, at least one, of one or more tokens. */
export type TextPiece = { text: string; tokens: number };

/** Joins tokens that show nothing by themselves: an empty one, or a part of a character. */
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
  // Cut by a limit within a character: the tokens were made, but there is nothing to show for them.
  const last = pieces.at(-1);
  if (held > 0 && last !== undefined) last.tokens += held;
  return pieces;
}
