import type { Deps } from '../../../shared/ports.ts';
import { removeWithinQuotas } from '../../../shared/runs/remove-within-quotas.ts';
import type { ApiKeyPlace } from '../../../shared/tenant-stores.ts';
import { hasScope } from '../http/auth/admit-request.ts';
import type { Principal } from '../http/principal.ts';

type RevokeDeps = Pick<Deps, 'apiKeys' | 'usage' | 'clock' | 'logger'>;

/**
 * Revokes an API key. With `cascade`, also revokes all keys that were created with it, directly or through other keys.
 * Skips keys of other tenants unless the caller has the `admin` scope.
 * @param onChildRevoked is called after each revocation of another key
 * @returns whether a key was revoked
 */
export async function revokeApiKey(
  deps: RevokeDeps,
  principal: Principal,
  { apiKeyId, cascade }: { apiKeyId: string; cascade: boolean },
  onChildRevoked: (apiKeyId: string) => Promise<void>,
): Promise<boolean> {
  const { tenantId } = principal;
  // Revokes a key before listing its children, because a revoked key cannot create more children.
  let isRevoked = await removeKey(deps, { tenantId, apiKeyId });
  const parents: ApiKeyPlace[] = cascade ? [{ tenantId, apiKeyId }] : [];
  for (const parent of parents) {
    for (const child of await deps.apiKeys.listChildren(parent)) {
      if (child.tenantId !== tenantId && !hasScope(principal, 'admin')) continue;
      parents.push(child);
      if (!(await removeKey(deps, child))) continue;
      isRevoked = true;
      await onChildRevoked(child.apiKeyId);
    }
  }
  return isRevoked;
}

/** Removes a key, and reduces the use of the key's own tenant. Expired keys are not counted. */
async function removeKey(deps: RevokeDeps, { tenantId, apiKeyId }: ApiKeyPlace): Promise<boolean> {
  const isLive = (await deps.apiKeys.get(tenantId, apiKeyId)) !== null;
  const amounts = isLive ? { apiKeys: 1 } : {};
  return removeWithinQuotas(deps, tenantId, amounts, () => deps.apiKeys.remove(tenantId, apiKeyId));
}
