import { createHash } from 'node:crypto';
import { type IdKind, idPrefixes } from './ids.ts';

const crockford = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * An id that is a pure function of the parts: whoever makes the thing twice makes it under the same id, so that a
 * conditional write can tell. Not sortable by time.
 */
export function deriveId(kind: IdKind, ...parts: readonly (string | number)[]): string {
  return `${idPrefixes[kind]}_${digits(kind, parts, 26)}`;
}

/** The same for things of an instant: sortable by time among the ids that are drawn. */
export function deriveIdAt(kind: IdKind, atMs: number, ...parts: readonly (string | number)[]): string {
  let time = '';
  for (let rest = Math.max(0, Math.floor(atMs)), k = 0; k < timeDigits; k++, rest = Math.floor(rest / 32))
    time = crockford.charAt(rest % 32) + time;
  return `${idPrefixes[kind]}_${time}${digits(kind, [atMs, ...parts], 26 - timeDigits)}`;
}

/** Of a ULID, that tell its milliseconds. */
const timeDigits = 10;

function digits(kind: IdKind, parts: readonly (string | number)[], count: number): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, ...parts]))
    .digest();
  let text = '';
  for (let k = 0; k < count; k++) text += crockford.charAt((digest[k] ?? 0) & 31);
  return text;
}
