import { z } from 'zod';
import { AppError, type Fault, findFault } from '../../../shared/errors/app-error.ts';
import { idSchema } from '../../../shared/ids/ids.ts';
import type { Deps } from '../../../shared/ports.ts';
import { type ApiKeyRecord, apiScopes, scopeSchema } from '../../../shared/records/records.ts';
import { apiKeySecretBytes, formatApiKey, hashApiKey, hasScope } from '../http/auth/admit-request.ts';
import type { Principal } from '../http/principal.ts';

export const apiKeyBodySchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    scopes: z
      .array(scopeSchema)
      .min(1)
      .max(apiScopes.length)
      .describe('Permissions of the key, limited to the scopes of the calling key'),
    expiresAt: z.iso
      .datetime({ offset: true })
      .optional()
      .describe(
        'Future expiry date of the key, at the latest the expiry date of the calling key. Default: the latest possible',
      ),
    tenantId: z
      .union([z.literal('new'), idSchema('tenant')])
      .optional()
      .describe(
        'Tenant of the key, or "new" for a new tenant. Only a key with the `admin` scope can create keys for other tenants. Default: your own tenant',
      ),
  })
  .meta({ id: 'ApiKeyInput', examples: [{ name: 'ci', scopes: ['runs:read', 'runs:write'] }] });

type NewApiKey = z.output<typeof apiKeyBodySchema>;

/** Id of a new key, and the random bytes of its secret part. */
type NewKeyParts = { apiKeyId: string; secret: Uint8Array };
export type CreatedApiKey = { record: ApiKeyRecord; key: string };

/**
 * Creates an API key and returns its text, which is not stored. Calls with the same id and secret create the same key.
 * @throws AppError FORBIDDEN if the caller lacks a scope of the new key, or chooses another tenant without `admin`
 */
export async function createApiKey(
  { apiKeys, clock }: Pick<Deps, 'apiKeys' | 'clock'>,
  principal: Principal,
  wanted: NewApiKey,
  parts: NewKeyParts,
): Promise<CreatedApiKey> {
  const tenantId = chooseTenant(principal, wanted, parts.apiKeyId);
  const nowMs = clock.nowMs();
  const expiresAtMs = chooseExpiry(principal, wanted, nowMs);
  const place = { tenantId, apiKeyId: parts.apiKeyId };
  await apiKeys.addChild(principal, { ...place, expiresAtMs });
  const created = await storeApiKey(apiKeys, { ...wanted, ...place, createdAtMs: nowMs, expiresAtMs }, parts.secret);
  // The calling key may have been revoked meanwhile, without the new key. In that case, the new key is removed.
  if ((await apiKeys.get(principal.tenantId, principal.apiKeyId)) !== null) return created;
  await apiKeys.remove(place.tenantId, place.apiKeyId);
  throw new AppError('UNAUTHENTICATED', 'The API key was revoked during the request');
}

/** Returns the tenant of a new key. Throws FORBIDDEN if the caller may not create the key. */
export function chooseTenant(principal: Principal, wanted: NewApiKey, apiKeyId: string): string {
  checkGrant(principal, wanted);
  // The id of a new tenant is derived from the key id, so retries get the same id.
  if (wanted.tenantId === 'new') return apiKeyId.replace(/^key_/, 'ten_');
  return wanted.tenantId ?? principal.tenantId;
}

/** Stores an API key, unless the key id already exists. Returns the stored record and the text of the key. */
export async function storeApiKey(
  apiKeys: Deps['apiKeys'],
  { tenantId, apiKeyId, name, scopes, createdAtMs, expiresAtMs }: Omit<ApiKeyRecord, 'sha256' | 'lastUsedAtMs'>,
  secret: Uint8Array,
): Promise<CreatedApiKey> {
  const key = formatApiKey(tenantId, apiKeyId, secret);
  const existing = await apiKeys.get(tenantId, apiKeyId);
  if (existing !== null) return { record: existing, key };
  const ordered = apiScopes.filter((scope) => scopes.includes(scope));
  const facts = { tenantId, apiKeyId, name, scopes: ordered, createdAtMs, expiresAtMs };
  const record = { ...facts, sha256: hashApiKey(key), lastUsedAtMs: null };
  await apiKeys.create(record);
  return { record, key };
}

const tenantRemedy =
  'Omit it to create a key for your own tenant. Only a key with the `admin` scope can create keys for other tenants.';

/** Checks that a key has the scopes that it grants. @throws AppError FORBIDDEN */
export function checkGrant(principal: Principal, { scopes, tenantId }: Pick<NewApiKey, 'scopes' | 'tenantId'>): void {
  const mayGrant = apiScopes.filter((scope) => hasScope(principal, scope));
  const remedy = `You can grant only scopes that your key has: ${mayGrant.join(', ')}`;
  const faults = scopes.flatMap((scope, index): Fault[] => {
    const fault = `is the scope ${scope}, which your key does not have`;
    return findFault(!mayGrant.includes(scope), { pointer: `/scopes/${index}`, fault, remedy });
  });
  if (tenantId !== undefined && tenantId !== principal.tenantId && !principal.scopes.includes('admin'))
    faults.push({ pointer: '/tenantId', fault: 'belongs to another tenant', remedy: tenantRemedy });
  if (faults.length > 0)
    throw new AppError('FORBIDDEN', 'A key can grant only its own scopes, and only in its own tenant', { faults });
}

/** Returns the expiry of a new key in ms since 1970. A key never outlives the key that creates it. */
function chooseExpiry(principal: Principal, { expiresAt }: NewApiKey, nowMs: number): number | null {
  const wantedMs = expiresAt === undefined ? null : Date.parse(expiresAt);
  if (wantedMs !== null && wantedMs <= nowMs) {
    const example = new Date(nowMs + 90 * 86_400_000).toISOString();
    const remedy = `Use a timestamp in the future, such as ${example}, or omit expiresAt`;
    throw new AppError('INVALID_REQUEST', 'The expiry date is in the past', {
      faults: [{ pointer: '/expiresAt', fault: 'is in the past', remedy }],
    });
  }
  const limits = [wantedMs, principal.expiresAtMs].filter((limit) => limit !== null);
  return limits.length === 0 ? null : Math.min(...limits);
}

/** Creates the first API key, with all scopes and a new tenant. Returns the key's text, which is not stored. */
export async function bootstrapApiKey({
  apiKeys,
  clock,
  ids,
}: Pick<Deps, 'apiKeys' | 'clock' | 'ids'>): Promise<{ tenantId: string; key: string }> {
  const place = { tenantId: ids.next('tenant'), apiKeyId: ids.next('apiKey') };
  const facts = { name: 'bootstrap', scopes: [...apiScopes], createdAtMs: clock.nowMs(), expiresAtMs: null };
  const { key } = await storeApiKey(apiKeys, { ...place, ...facts }, ids.randomBytes(apiKeySecretBytes));
  return { tenantId: place.tenantId, key };
}
