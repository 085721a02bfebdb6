import type { z } from 'zod';
import { AppError, type Fault } from '../../../shared/errors/app-error.ts';
import type { Deps } from '../../../shared/ports.ts';
import { apiScopes } from '../../../shared/records/api-scope.ts';
import type { ApiKeyRecord } from '../../../shared/records/records.ts';
import { formatApiKey, hashApiKey } from '../http/auth/api-key-text.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { hasScope } from '../http/auth/authorize.ts';
import type { apiKeyBodySchema } from './schemas.ts';

type NewApiKey = z.output<typeof apiKeyBodySchema>;

/** Fixed before creation, so that doing it again after a crash makes the same key. */
type ApiKeySeed = { apiKeyId: string; secret: Uint8Array };

/**
 * Creates an API key. Its text is in the answer and nowhere else. The same seed creates the same key again.
 * @throws AppError FORBIDDEN where the maker lacks a scope it would grant, or names another tenant without `admin`
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

/** A new tenant takes the unique part of its first key's id: the same again when creation is repeated. */
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
        fault: `${scope} is not a scope of the key that asks`,
        remedy: `Grant only scopes that your key has: ${mayGrant.join(', ')}`,
      });
  });
  const foreign = wanted.tenantId !== undefined && wanted.tenantId !== principal.tenantId;
  if (foreign && !principal.scopes.includes('admin'))
    faults.push({
      pointer: '/tenantId',
      fault: 'names another tenant',
      remedy: 'Leave it out for a key of your own tenant; other tenants need the scope admin',
    });
  if (faults.length > 0) throw new AppError('FORBIDDEN', 'A key cannot grant what it may not do itself', { faults });
}

function checkExpiry(expiresAtMs: number | null, nowMs: number): void {
  if (expiresAtMs === null || expiresAtMs > nowMs) return;
  throw new AppError('INVALID_REQUEST', 'The expiry is in the past', {
    faults: [
      {
        pointer: '/expiresAt',
        fault: 'is in the past',
        remedy: `Give an instant in the future, such as ${new Date(nowMs + 90 * 86_400_000).toISOString()}, or leave it out`,
      },
    ],
  });
}
