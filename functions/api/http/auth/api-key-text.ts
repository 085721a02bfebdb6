import { createHash } from 'node:crypto';
import { idPrefixes } from '../../../../shared/ids/ids.ts';

const keyPattern = /^tm_([0-9a-hjkmnp-tv-z]{26})_([0-9a-hjkmnp-tv-z]{26})_([A-Za-z0-9_-]{43})$/;

/** Number of random bytes in the secret part of an API key. They become 43 characters of base64url. */
export const apiKeySecretBytes = 32;

/** Formats an API key as text. It contains the tenant id and the key id, so no index over key hashes is needed. */
export function formatApiKey(tenantId: string, apiKeyId: string, secret: Uint8Array): string {
  const bare = (id: string) => id.slice(id.indexOf('_') + 1);
  return `tm_${bare(tenantId)}_${bare(apiKeyId)}_${Buffer.from(secret).toString('base64url')}`;
}

/** Returns the tenant id and the key id in the text of an API key, or null if the text is malformed. */
export function parseApiKey(text: string): { tenantId: string; apiKeyId: string } | null {
  const match = keyPattern.exec(text);
  if (match === null) return null;
  return { tenantId: `${idPrefixes.tenant}_${match[1]}`, apiKeyId: `${idPrefixes.apiKey}_${match[2]}` };
}

/** Computes the hash that is stored for an API key. Plain SHA-256 is sufficient, because a key has 256 random bits. */
export function hashApiKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
