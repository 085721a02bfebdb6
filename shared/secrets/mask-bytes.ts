import type { Steps } from '../time-slices.ts';
import { findSecrets, maxTextLength, type Range } from './mask-secrets.ts';

/** Number of bytes that two steps of a search have in common. Any part of a secret, in any encoding, is shorter. */
const sharedBytes = 1_024;
const asterisk = 0x2a;

/** Adds the form in which text with other characters than ASCII is found in bytes. Do it once for each list of secrets. */
export function listByteSecrets(secrets: readonly string[]): readonly string[] {
  const all = secrets.flatMap((secret) => [secret, Buffer.from(secret).toString('latin1')]);
  return [...new Set(all)];
}

/**
 * Replaces secrets in bytes by asterisks, in all forms that `maskSecrets` masks. Keeps the length, so that the framing of
 * a response stays valid.
 */
export function* maskBytes(bytes: Uint8Array, secrets: readonly string[]): Steps<Uint8Array> {
  const masked = Uint8Array.from(bytes);
  for (const [start, end] of yield* findInBytes(bytes, secrets)) masked.fill(asterisk, start, end);
  return masked;
}

/** Returns whether bytes contain a secret. */
export function* hasSecret(bytes: Uint8Array, secrets: readonly string[]): Steps<boolean> {
  return (yield* findInBytes(bytes, secrets)).length > 0;
}

function* findInBytes(bytes: Uint8Array, secrets: readonly string[]): Steps<Range[]> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: Range[] = [];
  for (let from = 0; from < bytes.length; from += maxTextLength - sharedBytes) {
    const window = text.toString('latin1', from, from + maxTextLength);
    for (const [start, end] of findSecrets(window, secrets)) found.push([from + start, from + end]);
    if (from + maxTextLength >= bytes.length) break;
    yield;
  }
  return found;
}
