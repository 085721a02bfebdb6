import { createHash } from 'node:crypto';
import { type IdKind, idPrefixes } from './ids.ts';

const crockford = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * An id that is a pure function of the parts: whoever makes the thing twice makes it under the same id, so that a
 * conditional write can tell. Not sortable by time.
 */
export function deriveId(kind: IdKind, ...parts: readonly (string | number)[]): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, ...parts]))
    .digest();
  let text = '';
  for (let k = 0; k < 26; k++) text += crockford.charAt((digest[k] ?? 0) & 31);
  return `${idPrefixes[kind]}_${text}`;
}
