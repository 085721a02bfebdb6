import { createHash } from 'node:crypto';
import { matchText, requireForm } from '../errors/schema-rule.ts';

/** Maps each kind of id to its prefix. An id is the prefix, `_`, and a lowercase ULID, so ids sort by creation time. */
export const idPrefixes = {
  run: 'run',
  credential: 'crd',
  apiKey: 'key',
  tenant: 'ten',
  webhookEndpoint: 'whe',
  delivery: 'dlv',
  event: 'evt',
  request: 'req',
  dataset: 'dts',
  schedule: 'sch',
  auditEvent: 'aud',
  targetCheck: 'chk',
  oidcRule: 'oir',
} as const;

export type IdKind = keyof typeof idPrefixes;

const ulidPattern = '[0-9a-hjkmnp-tv-z]{26}';

/** Builds the schema for ids of one kind, such as `run_01j…`. */
export function idSchema(kind: IdKind) {
  const prefix = idPrefixes[kind];
  const rule = requireForm(`an id in the form ${prefix}_… (26 characters)`);
  return matchText(new RegExp(`^${prefix}_${ulidPattern}$`), rule);
}

const crockford = '0123456789abcdefghjkmnpqrstvwxyz';

/** Derives an id that does not sort by time. Equal parts give equal ids, so a conditional write detects a duplicate. */
export function deriveId(kind: IdKind, ...parts: readonly (string | number)[]): string {
  return `${idPrefixes[kind]}_${encodeDigest(kind, parts, 26)}`;
}

/** Derives an id from the parts and a timestamp in ms. The id sorts by this timestamp, as random ids do. */
export function deriveIdAt(kind: IdKind, atMs: number, ...parts: readonly (string | number)[]): string {
  return `${encodeIdTime(kind, atMs)}${encodeDigest(kind, [atMs, ...parts], 26 - timeDigits)}`;
}

/** Returns the start of all ids of one kind with this timestamp in ms. */
export function encodeIdTime(kind: IdKind, atMs: number): string {
  let time = '';
  for (let rest = Math.max(0, Math.floor(atMs)), k = 0; k < timeDigits; k++, rest = Math.floor(rest / 32))
    time = crockford.charAt(rest % 32) + time;
  return `${idPrefixes[kind]}_${time}`;
}

/** Number of ULID characters that encode the timestamp in ms. */
const timeDigits = 10;

function encodeDigest(kind: IdKind, parts: readonly (string | number)[], count: number): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, ...parts]))
    .digest();
  let text = '';
  for (let k = 0; k < count; k++) text += crockford.charAt((digest[k] ?? 0) & 31);
  return text;
}
