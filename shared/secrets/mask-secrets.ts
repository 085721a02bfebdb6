import { mask } from './secret-forms.ts';

/** Minimum length of a part that is masked: a quarter of the secret's length, but from `least` to `most` characters. */
const partLength = { least: 8, most: 16 };

/** Number of characters of a text that are searched and kept. The rest is cut. */
export const maxTextLength = 8_192;

/** A range of a text: index of its first character, and index after its last character. */
export type Range = readonly [start: number, end: number];

/** A normalized or decoded text. Its character `i` comes from index `starts[i]` of the original text. */
type View = { text: string; starts: readonly number[] };

/**
 * A normalized secret, its parts by length, and the length of the shortest part. `beginnings` has a 1 for the hash of each
 * part's first characters, so that most positions of a text need no further search.
 */
type Wanted = {
  secret: string;
  parts: ReadonlyMap<number, ReadonlySet<string>>;
  minPartLength: number;
  beginnings: Uint8Array;
};

/**
 * Masks secrets that a provider repeats in a text: whole or in part, in any letter case, abbreviated (`sk-…abcd`), and
 * in URL, JSON, or base64 encoding. Cuts long texts.
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const searched = text.slice(0, maxTextLength);
  return maskRanges(searched, findSecrets(searched, secrets));
}

/**
 * Finds secrets in a text of at most `maxTextLength` characters, in all forms that `maskSecrets` masks. The ranges may
 * overlap.
 */
export function findSecrets(text: string, secrets: readonly string[]): Range[] {
  const isAbbreviated = text.search(omission) >= 0;
  const wanted = prepareSecrets(secrets).filter((one) => isAbbreviated || text.length >= one.minPartLength);
  if (wanted.length === 0) return [];
  return listViews(text).flatMap((view) => {
    const ranges = wanted.flatMap((one) => [...findParts(view.text, one), ...findAbbreviations(view.text, one)]);
    return ranges.map(([start, end]): Range => [view.starts[start] ?? 0, view.starts[end] ?? text.length]);
  });
}

const prepared = new WeakMap<readonly string[], readonly Wanted[]>();

/** Prepares secrets for searches. Remembers the result, because all requests of a batch have the same secrets. */
function prepareSecrets(secrets: readonly string[]): readonly Wanted[] {
  const known = prepared.get(secrets) ?? secrets.filter((secret) => secret !== '').map(prepareSecret);
  prepared.set(secrets, known);
  return known;
}

function prepareSecret(secret: string): Wanted {
  const length = Math.min(partLength.most, Math.max(partLength.least, Math.ceil(secret.length / 4)));
  const parts = new Map<number, Set<string>>();
  const hex = Buffer.from(secret).toString('hex');
  for (const form of [secret, hex, ...listBase64Forms(secret)].map(normalize)) {
    const size = Math.min(length, form.length);
    const ofSize = parts.get(size) ?? new Set();
    parts.set(size, ofSize);
    for (let start = 0; start + size <= form.length; start++) ofSize.add(form.slice(start, start + size));
  }
  const minPartLength = Math.min(...parts.keys());
  const beginnings = new Uint8Array(hashSize);
  if (minPartLength < hashedCharacters) beginnings.fill(1);
  for (const ofSize of parts.values())
    for (const part of ofSize)
      beginnings[hashCharacters(part.charCodeAt(0), part.charCodeAt(1), part.charCodeAt(2))] = 1;
  return { secret: normalize(secret), parts, minPartLength, beginnings };
}

const hashSize = 65_536;
const hashedCharacters = 3;

function hashCharacters(first: number, second: number, third: number): number {
  return (first ^ (second << 5) ^ (third << 10)) & (hashSize - 1);
}

/** Returns the base64 encodings of a secret within a longer text, one for each alignment to groups of 3 bytes. */
function listBase64Forms(secret: string): string[] {
  const forms = [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    // Omits the first and last characters that also depend on the neighboring bytes.
    return bytes.toString('base64').slice(offset === 0 ? 0 : offset + 1, Math.floor((bytes.length * 8) / 6));
  });
  return forms.filter(({ length }) => length >= partLength.least);
}

/** Converts a text to lowercase, and URL-safe base64 characters to the standard ones, so that texts can be compared. Keeps the length. */
function normalize(text: string): string {
  return text
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    .replace(/[-_]/g, (sign) => (sign === '-' ? '+' : '/'));
}

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Patterns of an encoded character: URL encoding and JSON escape. `code` is the character's code in hexadecimal. */
const encodings = [/%(?<code>[0-9a-f]{2})/g, /\\(?:u(?<code>[0-9a-f]{4})|(?<sign>.))/g];
const maxDecodings = 2;

/** The positions of a text that is not decoded. */
const positions: readonly number[] = Array.from({ length: maxTextLength + 1 }, (_, index) => index);

/** Lists a text as it is, decoded once, and decoded twice, in each combination of encodings. */
function listViews(text: string): View[] {
  const plain = { text: normalize(text), starts: positions };
  const views: View[] = [plain];
  let latest: View[] = [plain];
  for (let count = 0; count < maxDecodings; count++) {
    latest = latest.flatMap((view) => encodings.flatMap((encoding) => decodeView(view, encoding)));
    views.push(...latest);
  }
  return views;
}

/** Decodes a text. Returns an empty list if the text has no encoded character. */
function decodeView(view: View, encoding: RegExp): View[] {
  let text = '';
  const starts: number[] = [];
  let next = 0;
  const keep = (until: number) => {
    text += view.text.slice(next, until);
    for (let at = next; at < until; at++) starts.push(view.starts[at] ?? 0);
  };
  for (const { 0: encoded, index, groups = {} } of view.text.matchAll(encoding)) {
    keep(index);
    const { code, sign = '' } = groups;
    text += normalize(code === undefined ? (controls[sign] ?? sign) : String.fromCharCode(Number.parseInt(code, 16)));
    starts.push(view.starts[index] ?? 0);
    next = index + encoded.length;
  }
  if (next === 0) return [];
  keep(view.text.length);
  return [{ text, starts }];
}

function findParts(text: string, { parts, minPartLength, beginnings }: Wanted): Range[] {
  const found: Range[] = [];
  let first = 0;
  let second = text.charCodeAt(0);
  let third = text.charCodeAt(1);
  for (let start = 0; start + minPartLength <= text.length; start++) {
    first = second;
    second = third;
    third = text.charCodeAt(start + 2);
    if (beginnings[hashCharacters(first, second, third)] !== 1) continue;
    for (const [size, wanted] of parts)
      if (start + size <= text.length && wanted.has(text.slice(start, start + size))) found.push([start, start + size]);
  }
  return found;
}

/**
 * Matches the characters that replace the middle of an abbreviated secret. In bytes that are searched as Latin-1, an
 * ellipsis and dots (… • ·) are the two or three characters of their UTF-8 encoding.
 */
const omission = /…|\u00e2\u0080\u00a6|(?:[*•·.]|\u00e2\u0080\u00a2|\u00c2\u00b7){2,}|x{3,}|#{3,}/g;
/** Minimum number of a secret's last characters that must follow an omission. */
const minLastCharacters = 3;
/** Maximum number of characters to compare on each side of an omission. `findParts` finds longer matches. */
const maxShownCharacters = 32;

/** Finds a secret's first and last characters around an omission: `sk-…abcd`, `sk-pr****abcd`, `...abcd`. */
function findAbbreviations(text: string, { secret }: Wanted): Range[] {
  return Array.from(text.matchAll(omission)).flatMap(({ index, 0: sign }): Range[] => {
    const end = index + sign.length;
    const first = findLongest(Math.min(maxShownCharacters, index), (length) =>
      text.startsWith(secret.slice(0, length), index - length),
    );
    const last = findLongest(Math.min(maxShownCharacters, secret.length), (length) =>
      text.startsWith(secret.slice(-length), end),
    );
    return last >= Math.min(minLastCharacters, secret.length) ? [[index - first, end + last]] : [];
  });
}

/** Returns the largest number from 1 to `most` that meets the condition, or 0. */
function findLongest(most: number, isMet: (length: number) => boolean): number {
  for (let length = most; length > 0; length--) if (isMet(length)) return length;
  return 0;
}

/** Replaces ranges of a text. Ranges that overlap or touch become one mask. */
function maskRanges(text: string, ranges: readonly Range[]): string {
  let result = '';
  let next = 0;
  for (const [start, end] of [...ranges].sort(([a], [b]) => a - b)) {
    if (end <= next) continue;
    if (start > next || next === 0) result += text.slice(next, start) + mask;
    next = end;
  }
  return result + text.slice(next);
}
