import { hasSecret } from '../../shared/secrets/mask-bytes.ts';
import type { Steps } from '../../shared/time-slices.ts';

/** Texts that have the same place in the events of a body, and the places within it. */
type Place = { texts: string[]; places: Map<string, Place> | null };

/** An object or a list that is open at a position of the body, and the place of its next value. */
type Open = { place: Place; isList: boolean; key: string; index: number };

/** Number of tokens in one step. */
const tokensPerStep = 2_048;
/** Maximum depth of a place, and maximum number of items with a place each. A hostile body needs no more memory. */
const maxDepth = 64;
const maxItems = 64;

const quote = 0x22;
const backslash = 0x5c;
const lineFeed = 0x0a;

/**
 * Returns whether the lines of a body, or the JSON texts of its events at the same place, spell a secret in pieces. Does
 * not depend on a protocol, so that it also reads errors and answers that are not understood.
 */
export function* hasSplitSecret(body: Uint8Array, secrets: readonly string[]): Steps<boolean> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const text = bytes
    .toString('latin1')
    .replace(/^data:[ \t]?/gm, '')
    // Binary frames have control characters, which JSON has not. They separate events as blank lines do.
    .replace(/[^\t\r\n\u0020-\u00ff]+/g, '\n\n');
  yield;
  const joined = [
    text.replace(/[\r\n]+/g, ''),
    yield* joinTexts(text, () => '[]'),
    yield* joinTexts(text, (index) => `[${Math.min(index, maxItems)}]`),
  ];
  for (const one of joined) if (yield* hasSecret(Buffer.from(one, 'latin1'), secrets)) return true;
  return false;
}

/** Joins the texts of each place in their order. Each place becomes a line. */
function* joinTexts(text: string, nameItem: (index: number) => string): Steps<string> {
  const all: Place[] = [];
  const createPlace = (): Place => {
    const place: Place = { texts: [], places: null };
    all.push(place);
    return place;
  };
  const root = createPlace();
  let open: Open[] = [];
  const findPlace = (): Place => {
    const top = open.at(-1);
    if (top === undefined) return root;
    if (open.length > maxDepth) return top.place;
    const name = top.isList ? nameItem(top.index) : top.key;
    top.place.places ??= new Map();
    const known = top.place.places.get(name) ?? createPlace();
    top.place.places.set(name, known);
    return known;
  };
  const tokens = /["{}[\],]|\n\r?\n/g;
  let count = 0;
  for (let found = tokens.exec(text); found !== null; found = tokens.exec(text)) {
    if (++count % tokensPerStep === 0) yield;
    const { 0: token, index } = found;
    const top = open.at(-1);
    if (token === '{' || token === '[') open.push({ place: findPlace(), isList: token === '[', key: '', index: 0 });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && top !== undefined) top.index++;
    else if (token === '"') {
      const end = findTextEnd(text, index + 1);
      const value = text.slice(index + 1, end);
      tokens.lastIndex = text[end] === '"' ? end + 1 : end;
      if (top?.isList === false && isKey(text, end + 1)) top.key = value;
      else findPlace().texts.push(value);
    } else if (token !== ',') open = [];
  }
  return all.map(({ texts }) => texts.join('')).join('\n');
}

/** Returns the offset of the quote that ends a text, or of the end of its line. */
function findTextEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote || code === lineFeed) return at;
    if (code === backslash) at++;
  }
  return text.length;
}

function isKey(text: string, from: number): boolean {
  const colon = /\s*:/y;
  colon.lastIndex = from;
  return colon.test(text);
}
