import { computeOnce } from '../../../compute-once.ts';
import { loadLibrary } from './load-library.ts';
import { createPairTable, type PairTable } from './pair-table.ts';

/** The vocabulary in flat tables. Ids, ranks, and nodes are less than 2 ** 16, and 0 means none. */
export type Vocabulary = {
  /** Returns the id of the token that consists of one character; 0 if the character is encoded as single bytes. */
  idOfCharacter(codePoint: number): number;
  /** Rank of the merge of two adjacent tokens. Lower ranks are merged first. */
  ranks: PairTable;
  /** Id of the token that each merge produces, by rank. */
  merged: Uint16Array;
  /** The pairs of characters that are adjacent in any token. Other characters never merge. */
  neighbors: PairTable;
  tree: TokenTree;
  /** Ids of the characters of all tokens. The characters of token `id` start at `starts[id]`. */
  characters: Uint16Array;
  starts: Uint32Array;
};

/** The prefix tree of all tokens with several characters. */
type TokenTree = {
  /** Node of a token's first character, by the character's id. */
  firstNodes: Uint16Array;
  /** The node that follows a node, by the id of the next character. */
  nextNodes: PairTable;
  /** Id of the token that ends at each node. */
  tokens: Uint16Array;
};

/** Smaller ids are special tokens and single bytes, which merging never produces. */
const firstTextId = 259;
const spaceMark = 0x2581;

/** Returns the vocabulary of Llama 2. The first call loads it. */
export const loadVocabulary = computeOnce(buildVocabulary);

function buildVocabulary(): Vocabulary {
  const { vocabById, vocabByString, merges } = loadLibrary();
  const idOfCharacter = indexCharacters(vocabById);
  const { characters, starts } = listCharacters(vocabById, idOfCharacter);
  const neighbors = createPairTable(16);
  for (let id = firstTextId; id < vocabById.length; id++)
    for (let at = (starts[id] ?? 0) + 1; at < (starts[id + 1] ?? 0); at++)
      neighbors.set(characters[at - 1] ?? 0, characters[at] ?? 0, 1);
  const ranks = createPairTable(17);
  const merged = new Uint16Array(merges.size + 1);
  let rank = 0;
  for (const pair of merges.keys()) {
    const space = pair.indexOf(' ');
    const left = pair.slice(0, space);
    const right = pair.slice(space + 1);
    rank += 1;
    ranks.set(vocabByString.get(left) ?? 0, vocabByString.get(right) ?? 0, rank);
    merged[rank] = vocabByString.get(left + right) ?? 0;
  }
  return { idOfCharacter, ranks, merged, neighbors, tree: growTree(characters, starts), characters, starts };
}

function indexCharacters(tokens: readonly string[]): (codePoint: number) => number {
  const basic = new Uint16Array(0x10000);
  const astral = new Map<number, number>();
  for (let id = firstTextId; id < tokens.length; id++) {
    const token = tokens[id] ?? '';
    const codePoint = token.codePointAt(0) ?? 0;
    if (codePoint > 0xffff && token.length === 2) astral.set(codePoint, id);
    else if (token.length === 1) basic[codePoint] = id;
  }
  basic[0x20] = basic[spaceMark] ?? 0;
  return (codePoint) => (codePoint < 0x10000 ? basic[codePoint] : astral.get(codePoint)) ?? 0;
}

function listCharacters(tokens: readonly string[], idOfCharacter: (codePoint: number) => number) {
  const characters = new Uint16Array(tokens.reduce((sum, { length }) => sum + length, 0));
  const starts = new Uint32Array(tokens.length + 1);
  let count = 0;
  for (let id = firstTextId; id < tokens.length; id++) {
    const token = tokens[id] ?? '';
    starts[id] = count;
    for (let at = 0; at < token.length; count++) {
      const codePoint = token.codePointAt(at) ?? 0;
      characters[count] = idOfCharacter(codePoint);
      at += codePoint > 0xffff ? 2 : 1;
    }
  }
  starts[tokens.length] = count;
  return { characters, starts };
}

function growTree(characters: Uint16Array, starts: Uint32Array): TokenTree {
  const firstNodes = new Uint16Array(starts.length);
  const nextNodes = createPairTable(17);
  const tokens = new Uint16Array(0x10000);
  let nodes = 0;
  for (let id = firstTextId; id + 1 < starts.length; id++) {
    const start = starts[id] ?? 0;
    const end = starts[id + 1] ?? 0;
    if (end - start < 2) continue;
    const first = characters[start] ?? 0;
    let node = firstNodes[first] || ++nodes;
    firstNodes[first] = node;
    for (let at = start + 1; at < end; at++) {
      const next = nextNodes.get(node, characters[at] ?? 0) || ++nodes;
      if (next === nodes) nextNodes.set(node, characters[at] ?? 0, next);
      node = next;
    }
    tokens[node] = id;
  }
  return { firstNodes, nextNodes, tokens };
}
