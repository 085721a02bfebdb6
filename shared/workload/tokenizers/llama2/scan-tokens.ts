import { loadVocabulary, type Vocabulary } from './vocabulary.ts';

/** A scan of a text, which can pause between any two characters. */
export type TokenScan = {
  /** Scans the characters before an index. */
  advanceTo(index: number): void;
  /** Index of the next character. */
  position(): number;
  /** Number of tokens of the scanned text. */
  tokens(): number;
};

/** Number of positions to keep: a power of two that exceeds the joint length of any two tokens, in UTF-16 units. */
const window = 64;
const mask = window - 1;
const unset = -1;
/** Replaces the left token at the start of the text, and before a character that does not merge to the left. */
const border = 0;

/**
 * Starts to scan a text from left to right. For each position, finds the last token of the text before it.
 * In byte pair encoding, joining the texts of two adjacent tokens and encoding the result gives the same two tokens.
 * Only one sequence of tokens has this property, so exactly one token fits at each position. The time grows with the
 * length of the text; the memory does not.
 */
export function startScan(text: string, start = 0): TokenScan {
  const vocabulary = loadVocabulary();
  const { idOfCharacter, neighbors } = vocabulary;
  const { firstNodes, nextNodes, tokens } = vocabulary.tree;
  /** For each position modulo `window`: last token of the text before the position, and number of tokens so far. */
  const lastTokens = new Int32Array(window).fill(unset);
  const counts = new Uint32Array(window);
  let at = start;
  let previous = 0;
  lastTokens[at & mask] = border;

  const offer = (end: number, before: number, token: number, count: number) => {
    if (lastTokens[end & mask] !== unset || !stayApart(vocabulary, before, token)) return;
    lastTokens[end & mask] = token;
    counts[end & mask] = count;
  };
  const step = () => {
    const codePoint = text.codePointAt(at) ?? 0;
    const id = idOfCharacter(codePoint);
    const before = neighbors.get(previous, id) === 0 ? border : (lastTokens[at & mask] ?? border);
    const count = counts[at & mask] ?? 0;
    lastTokens[at & mask] = unset;
    previous = id;
    at += codePoint > 0xffff ? 2 : 1;
    if (id === 0) {
      lastTokens[at & mask] = border;
      counts[at & mask] = count + countBytes(codePoint);
      return;
    }
    offer(at, before, id, count + 1);
    for (let node = firstNodes[id] ?? 0, end = at; node !== 0 && end < text.length; ) {
      const next = text.codePointAt(end) ?? 0;
      node = nextNodes.get(node, idOfCharacter(next));
      end += next > 0xffff ? 2 : 1;
      const token = tokens[node] ?? 0;
      if (token !== 0) offer(end, before, token, count + 1);
    }
  };
  return {
    advanceTo: (index) => {
      while (at < index && at < text.length) step();
    },
    position: () => at,
    tokens: () => counts[at & mask] ?? 0,
  };
}

/** Returns the number of bytes of a character in UTF-8. Half a surrogate pair is encoded as U+FFFD, in 3 bytes. */
function countBytes(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** Caches results of `stayApart`. An entry is a pair of token ids and, in the lowest bit, the result. */
const answers = new Int32Array(1 << 17).fill(unset);

function stayApart(vocabulary: Vocabulary, left: number, right: number): boolean {
  const pair = (left << 15) | right;
  const slot = Math.imul(pair, 0x9e3779b1) >>> 15;
  const kept = answers[slot] ?? unset;
  if (kept >> 1 === pair) return (kept & 1) === 1;
  const isApart = encodePair(vocabulary, left, right);
  answers[slot] = (pair << 1) | Number(isApart);
  return isApart;
}

const pieces = new Uint16Array(window);
const ranks = new Uint16Array(window);
const noRank = 0xffff;

/** Encodes the text of two tokens by merging its characters. Returns whether no merge spans both tokens. */
function encodePair({ starts, characters, merged, ranks: rankOf }: Vocabulary, left: number, right: number): boolean {
  let count = 0;
  let boundary = 0;
  for (const token of [left, right]) {
    boundary = count;
    for (let at = starts[token] ?? 0; at < (starts[token + 1] ?? 0); at++) pieces[count++] = characters[at] ?? 0;
  }
  const rank = (at: number) => {
    const found = at + 1 < count ? rankOf.get(pieces[at] ?? 0, pieces[at + 1] ?? 0) : 0;
    ranks[at] = found === 0 ? noRank : found;
  };
  for (let at = 0; at < count; at++) rank(at);
  for (;;) {
    let least = 0;
    for (let at = 1; at < count; at++) if ((ranks[at] ?? 0) < (ranks[least] ?? 0)) least = at;
    const leastRank = ranks[least] ?? noRank;
    if (leastRank === noRank) return true;
    if (least + 1 === boundary) return false;
    pieces[least] = merged[leastRank] ?? 0;
    pieces.copyWithin(least + 1, least + 2, count);
    ranks.copyWithin(least + 1, least + 2, count);
    count -= 1;
    if (least < boundary) boundary -= 1;
    if (least > 0) rank(least - 1);
    rank(least);
  }
}
