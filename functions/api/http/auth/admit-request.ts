import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import type { Config } from '../../../../shared/config.ts';
import { AppError } from '../../../../shared/errors/app-error.ts';
import { idPrefixes } from '../../../../shared/ids/ids.ts';
import type { Deps } from '../../../../shared/ports.ts';
import type { ApiKeyRecord, ApiScope } from '../../../../shared/records/records.ts';
import type { ApiDeps } from '../../compose.ts';
import type { ApiEnv } from '../operation.ts';
import type { Principal } from '../principal.ts';
import { recordKeyUse } from './record-key-use.ts';

type AuthDeps = Pick<Deps, 'apiKeys' | 'clock' | 'config'>;

/** Authenticates the caller, applies the rate limit of the API key, and checks that the key has the required scope. */
export async function admitRequest(c: Context<ApiEnv>, deps: ApiDeps, scope: ApiScope): Promise<Principal> {
  const record = await authenticateKey(deps, c.req.header('authorization'));
  const { tenantId, apiKeyId, scopes, expiresAtMs } = record;
  const principal = { tenantId, apiKeyId, scopes, expiresAtMs };
  recordKeyUse(deps, record);
  await limitRate(c, deps, principal);
  c.set('caller', principal);
  authorize(principal, scope);
  return principal;
}

const rejections = {
  missing: { fault: 'The Authorization header is missing', remedy: 'Send "Authorization: Bearer tm_…"' },
  empty: {
    fault: 'The Authorization header has no key after "Bearer"',
    remedy: 'Add the key. If it comes from a variable, such as $TOKENMETER_API_KEY, the variable is empty',
  },
  otherScheme: {
    fault: 'The Authorization header does not have the form "Bearer <api key>"',
    remedy: 'Send only "Bearer", a space, and the key',
  },
  noKey: {
    fault: 'The text after "Bearer" does not have the form of an API key of this service',
    remedy: 'Send the complete key. It starts with tm_ and has 100 characters',
  },
  refused: {
    fault: 'The API key is unknown, revoked, or expired',
    remedy: 'Send a key created in this deployment (locally: with this DATA_DIR)',
  },
} as const;

/**
 * Finds the API key in an `Authorization: Bearer tm_…` header. Reads the stored key each time, so a revoked key stops
 * working at once. Throws UNAUTHENTICATED, with the same text for unknown and revoked keys.
 */
export async function authenticateKey(deps: AuthDeps, authorization: string | undefined): Promise<ApiKeyRecord> {
  const refuse = (reason: keyof typeof rejections) => createAuthError(reason, deps.config);
  if (authorization === undefined) throw refuse('missing');
  if (/^Bearer *$/i.test(authorization)) throw refuse('empty');
  const text = /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1];
  if (text === undefined) throw refuse('otherScheme');
  const named = parseApiKey(text);
  if (named === null) throw refuse('noKey');
  const record = await deps.apiKeys.get(named.tenantId, named.apiKeyId);
  if (record === null) throw refuse('refused');
  const isSame = timingSafeEqual(Buffer.from(hashApiKey(text), 'hex'), Buffer.from(record.sha256, 'hex'));
  const isExpired = record.expiresAtMs !== null && record.expiresAtMs <= deps.clock.nowMs();
  if (!isSame || isExpired) throw refuse('refused');
  return record;
}

function createAuthError(reason: keyof typeof rejections, { allowedHosts }: Pick<Config, 'allowedHosts'>): AppError {
  const { fault, remedy } = rejections[reason];
  // `allowedHosts` is set only on a local service.
  const source =
    allowedHosts === null
      ? 'To get a key, contact someone whose key has the `api-keys:write` or `admin` scope. They can create one with POST /v1/api-keys.'
      : "The first key is in the data directory's local-api-key (.data/local-api-key). Create more keys with POST /v1/api-keys.";
  return new AppError('UNAUTHENTICATED', fault, {
    faults: [{ pointer: 'header:authorization', fault, remedy: `${remedy}. ${source}` }],
  });
}

const windowMs = 60_000;

/**
 * Counts one request in the current one-minute windows of the API key and the tenant, and sets the response headers of
 * draft-ietf-httpapi-ratelimit-headers-06 for the key, or for the tenant if only its limit is exceeded. Throws
 * RATE_LIMITED if either exceeds its limit.
 */
async function limitRate(
  c: Context<ApiEnv>,
  { rateLimits, clock, config }: ApiDeps,
  { tenantId, apiKeyId }: Principal,
): Promise<void> {
  const nowMs = clock.nowMs();
  const windowStartMs = Math.floor(nowMs / windowMs) * windowMs;
  const resetSeconds = Math.max(1, Math.ceil((windowStartMs + windowMs - nowMs) / 1_000));
  const hit = async (name: string, who: string, limit: number, setting: string) => {
    const used = await rateLimits.hit(tenantId, name, windowStartMs, windowMs);
    if (name === apiKeyId || used > limit) {
      c.header('RateLimit-Limit', String(limit));
      c.header('RateLimit-Remaining', String(Math.max(0, limit - used)));
      c.header('RateLimit-Reset', String(resetSeconds));
    }
    if (used <= limit) return;
    const fault = `${who} sent ${used} requests in this minute. The limit is ${limit}`;
    const remedy = `Send fewer requests, or wait ${resetSeconds} s. The operator can raise ${setting}`;
    const faults = [{ pointer: 'header:authorization', fault, remedy }];
    throw new AppError('RATE_LIMITED', `${fault}. ${remedy}.`, { faults, retryAfterSeconds: resetSeconds });
  };
  await hit(apiKeyId, 'The API key', config.rateLimitPerMinute, 'RATE_LIMIT_PER_MINUTE');
  // A refused request of one key does not use up the limit that all keys share.
  const tenantLimit = config.tenantRateLimitPerMinute;
  await hit('tenant', 'All keys of the tenant together', tenantLimit, 'TENANT_RATE_LIMIT_PER_MINUTE');
}

/** Returns whether the caller has a scope. The `admin` scope includes all scopes. */
export function hasScope(principal: Principal, scope: ApiScope): boolean {
  return principal.scopes.includes(scope) || principal.scopes.includes('admin');
}

/** Throws FORBIDDEN if the caller does not have a scope. */
export function authorize(principal: Principal, scope: ApiScope): void {
  if (hasScope(principal, scope)) return;
  const remedy = `Use a key that has this scope. A key with this scope can create another one: POST /v1/api-keys {"name": "…", "scopes": ["${scope}"]}`;
  throw new AppError('FORBIDDEN', `The API key does not have the scope ${scope}`, {
    faults: [{ pointer: 'header:authorization', fault: `does not have the scope ${scope}`, remedy }],
  });
}

const keyPattern = /^tm_([0-9a-hjkmnp-tv-z]{26})_([0-9a-hjkmnp-tv-z]{26})_([A-Za-z0-9_-]{43})$/;

/** Number of random bytes in the secret part of an API key. The key's text shows them as 43 characters of base64url. */
export const apiKeySecretBytes = 32;

/** Formats an API key as text. The text contains the tenant id and the key id, so no index of key hashes is needed. */
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
