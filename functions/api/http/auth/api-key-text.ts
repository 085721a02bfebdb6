import { createHash } from 'node:crypto';
import { idPrefixes } from '../../../../shared/ids/ids.ts';

const keyPattern = /^tm_([0-9a-hjkmnp-tv-z]{26})_([0-9a-hjkmnp-tv-z]{26})_([A-Za-z0-9_-]{43})$/;

/** Number of random bytes in the secret part of a key, which is 43 characters of base64url. */
export const apiKeySecretBytes = 32;

/** Formats the text of a key. It contains the ids of the record, so lookups need no index over hashes. */
export function formatApiKey(tenantId: string, apiKeyId: string, secret: Uint8Array): string {
  const bare = (id: string) => id.slice(id.indexOf('_') + 1);
  return `tm_${bare(tenantId)}_${bare(apiKeyId)}_${Buffer.from(secret).toString('base64url')}`;
}

/** Returns the ids in the text of a key, or null if it is malformed. */
export function parseApiKey(text: string): { tenantId: string; apiKeyId: string } | null {
  const match = keyPattern.exec(text);
  if (match === null) return null;
  return { tenantId: `${idPrefixes.tenant}_${match[1]}`, apiKeyId: `${idPrefixes.apiKey}_${match[2]}` };
}

/** Computes the stored hash of a key. Plain SHA-256 is sufficient for 256 random bits. */
export function hashApiKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
