import type { z } from 'zod';
import { AppError, type Fault } from '../../../shared/errors/app-error.ts';
import type { Deps } from '../../../shared/ports.ts';
import { apiScopes } from '../../../shared/records/api-scope.ts';
import type { ApiKeyRecord } from '../../../shared/records/records.ts';
import { hasScope } from '../http/auth/admit-request.ts';
import { apiKeySecretBytes, formatApiKey, hashApiKey } from '../http/auth/api-key-text.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import type { apiKeyBodySchema } from './schemas.ts';

type NewApiKey = z.output<typeof apiKeyBodySchema>;

/** Holds what is fixed before creation, so that a retry after a crash creates the same key. */
type ApiKeySeed = { apiKeyId: string; secret: Uint8Array };

/**
 * Creates an API key. Returns its text, which is not stored. The same seed creates the same key.
 * @throws AppError FORBIDDEN if the caller lacks a granted scope, or names another tenant without `admin`
 */
export async function createApiKey(
  deps: Pick<Deps, 'apiKeys' | 'clock'>,
  principal: Principal,
  wanted: NewApiKey,
  seed: ApiKeySeed,
): Promise<{ record: ApiKeyRecord; key: string }> {
  checkGrant(principal, wanted);
  const nowMs = deps.clock.nowMs();
  const expiresAtMs = wanted.expiresAt === undefined ? null : Date.parse(wanted.expiresAt);
  checkExpiry(expiresAtMs, nowMs);
  const { apiKeyId, secret } = seed;
  const tenantId = chooseTenant(principal, wanted, apiKeyId);
  const key = formatApiKey(tenantId, apiKeyId, secret);
  const record: ApiKeyRecord = {
    apiKeyId,
    tenantId,
    name: wanted.name,
    sha256: hashApiKey(key),
    scopes: apiScopes.filter((scope) => wanted.scopes.includes(scope)),
    createdAtMs: nowMs,
    expiresAtMs,
  };
  const existing = await deps.apiKeys.get(tenantId, apiKeyId);
  if (existing !== null) return { record: existing, key };
  await deps.apiKeys.create(record);
  return { record, key };
}

/** Returns the tenant of the key. The id of a new tenant follows from its first key, so a retry returns the same id. */
function chooseTenant(principal: Principal, wanted: NewApiKey, apiKeyId: string): string {
  if (wanted.tenantId === undefined) return principal.tenantId;
  if (wanted.tenantId === 'new') return apiKeyId.replace(/^key_/, 'ten_');
  return wanted.tenantId;
}

function checkGrant(principal: Principal, wanted: NewApiKey): void {
  const faults: Fault[] = [];
  const mayGrant = apiScopes.filter((scope) => hasScope(principal, scope));
  wanted.scopes.forEach((scope, index) => {
    if (!hasScope(principal, scope))
      faults.push({
        pointer: `/scopes/${index}`,
        fault: `names the scope ${scope}, which your key lacks`,
        remedy: `Grant only scopes of your key: ${mayGrant.join(', ')}`,
      });
  });
  const foreign = wanted.tenantId !== undefined && wanted.tenantId !== principal.tenantId;
  if (foreign && !principal.scopes.includes('admin'))
    faults.push({
      pointer: '/tenantId',
      fault: 'names another tenant',
      remedy: 'Omit it to create a key for your own tenant. Other tenants require the scope admin.',
    });
  if (faults.length > 0) throw new AppError('FORBIDDEN', 'A key can grant only its own scopes and tenant', { faults });
}

function checkExpiry(expiresAtMs: number | null, nowMs: number): void {
  if (expiresAtMs === null || expiresAtMs > nowMs) return;
  throw new AppError('INVALID_REQUEST', 'The expiry date is in the past', {
    faults: [
      {
        pointer: '/expiresAt',
        fault: 'is in the past',
        remedy: `Use a future timestamp, such as ${new Date(nowMs + 90 * 86_400_000).toISOString()}, or omit it`,
      },
    ],
  });
}

/** Creates the first key of a deployment, with every scope, for a new tenant. Returns its text, which is not stored. */
export async function bootstrapApiKey(
  deps: Pick<Deps, 'apiKeys' | 'clock' | 'ids'>,
): Promise<{ tenantId: string; key: string }> {
  const apiKeyId = deps.ids.next('apiKey');
  const operator = { tenantId: deps.ids.next('tenant'), apiKeyId, scopes: apiScopes };
  const wanted = { name: 'bootstrap', scopes: [...apiScopes] };
  const seed = { apiKeyId, secret: deps.ids.randomBytes(apiKeySecretBytes) };
  const { record, key } = await createApiKey(deps, operator, wanted, seed);
  return { tenantId: record.tenantId, key };
}
