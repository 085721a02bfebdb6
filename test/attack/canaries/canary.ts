import { randomBytes } from 'node:crypto';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/** A secret that is given to the service in one place, and that must appear nowhere else. */
export type Canary = { place: string; secret: string };

export type CanaryNest = ReturnType<typeof createCanaries>;

/** Creates secrets with the form of a provider's key. `find` searches for all secrets created so far. */
export function createCanaries() {
  const canaries: Canary[] = [];
  return {
    canaries,
    /** Creates a secret for a place. */
    plant: (place: string, prefix = 'sk-canary-'): string => {
      const secret = `${prefix}${randomBytes(18).toString('hex')}`;
      canaries.push({ place, secret });
      return secret;
    },
    /** Adds a secret that the service created itself. */
    add: (place: string, secret: string): void => void canaries.push({ place, secret }),
    /** Returns the secrets that a haystack contains in any form, with the form. */
    find: (haystack: string | Uint8Array): string[] => {
      const text = typeof haystack === 'string' ? haystack : readBytes(haystack);
      return canaries.flatMap(({ place, secret }) =>
        Object.entries(writeForms(secret))
          .filter(([, form]) => text.includes(form))
          .map(([name]) => `${place}, ${name}`),
      );
    },
  };
}

/** Number of characters at the start or end of a secret that already reveal too much of it. */
const partLength = 20;

/** Writes a secret in the forms in which a program may repeat it. */
export function writeForms(secret: string): Record<string, string> {
  const bytes = Buffer.from(secret, 'latin1');
  const hex = bytes.toString('hex');
  const base64 = (offset: number) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    // The characters at both ends depend on the bytes around the secret.
    return padded.slice(4, -4);
  };
  const escapeBytes = (write: (code: string) => string) => hex.replace(/../g, write);
  return {
    'start of plain text': secret.slice(0, partLength),
    'end of plain text': secret.slice(-partLength),
    'upper case': secret.toUpperCase().slice(-partLength),
    base64: base64(0),
    'base64, shifted by 1': base64(1),
    'base64, shifted by 2': base64(2),
    hex,
    'percent-encoded': escapeBytes((code) => `%${code}`),
    'percent-encoded in upper case': escapeBytes((code) => `%${code.toUpperCase()}`),
    'JSON escapes': escapeBytes((code) => `\\u00${code}`),
    reversed: [...secret].reverse().join(''),
  };
}

const decompressions = [zstdDecompressSync, gunzipSync, inflateSync, inflateRawSync, brotliDecompressSync];

/** Returns bytes as text, followed by what they contain if they are compressed, with or without a version byte. */
function readBytes(bytes: Uint8Array): string {
  const texts = [Buffer.from(bytes).toString('latin1')];
  for (const data of [bytes, bytes.subarray(1)])
    for (const decompress of decompressions)
      try {
        texts.push(decompress(data, { maxOutputLength: 50_000_000 }).toString('latin1'));
      } catch {
        // The bytes are not compressed in this way.
      }
  return texts.join('\n');
}
