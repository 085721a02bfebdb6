import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SecretBox } from '../ports.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const version = 'v1.';

/**
 * Creates the key file if it does not exist, readable only by its owner. Writes a temporary file and then links it to
 * `path`, so that an interrupted call leaves no partial file and concurrent calls use the same key.
 */
export async function createMasterKeyFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(keyBytes));
    await file.sync();
    await link(draft, path).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}

/**
 * Creates a secret box that encrypts with AES-256-GCM and the key in the file. The context is the associated data. The
 * result is `v1.`, followed by the base64url of nonce, ciphertext, and tag.
 * @throws Error if the file is missing, does not contain exactly 32 bytes, or can be read by other users
 */
export function createFileSecretBox(path: string): SecretBox {
  const key = readKey(path);
  return {
    seal: async (plaintext, context) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(toAssociatedData(context));
      const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return version + Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString('base64url');
    },
    open: async (sealed, context) => {
      const bytes = Buffer.from(sealed.slice(version.length), 'base64url');
      if (!sealed.startsWith(version) || bytes.length < nonceBytes + tagBytes)
        throw new Error('The encrypted text has an unknown format');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes))
        .setAAD(toAssociatedData(context))
        .setAuthTag(bytes.subarray(-tagBytes));
      try {
        const ciphertext = bytes.subarray(nonceBytes, -tagBytes);
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
      } catch {
        throw new Error('The encrypted text was changed, or was encrypted with another key or context');
      }
    },
  };
}

function readKey(path: string): Buffer {
  if ((statSync(path).mode & 0o077) !== 0)
    throw new Error(`Other users can read the master key file. Run: chmod 600 ${path}`);
  const key = readFileSync(path);
  if (key.length !== keyBytes)
    throw new Error(`The master key file ${path} must have ${keyBytes} bytes, but it has ${key.length}`);
  return key;
}

/** Serializes the context as associated data. The order of its entries does not matter. */
function toAssociatedData(context: Record<string, string>): Buffer {
  const entries = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify(entries));
}
