import type { Deps } from '../../../shared/ports.ts';
import type { ApiKeyPlace } from '../../../shared/tenant-stores.ts';
import { hasScope } from '../http/auth/admit-request.ts';
import type { Principal } from '../http/principal.ts';

/**
 * Revokes an API key. With `cascade`, also revokes all keys that were created with it, directly or through other keys.
 * Skips keys of other tenants unless the caller has the `admin` scope.
 * @returns whether a key was revoked
 */
export async function revokeApiKey(
  { apiKeys }: Pick<Deps, 'apiKeys'>,
  principal: Principal,
  { apiKeyId, cascade }: { apiKeyId: string; cascade: boolean },
): Promise<boolean> {
  const { tenantId } = principal;
  // Revokes a key before listing its children, because a revoked key cannot create more children.
  let isRevoked = await apiKeys.remove(tenantId, apiKeyId);
  const parents: ApiKeyPlace[] = cascade ? [{ tenantId, apiKeyId }] : [];
  for (const parent of parents) {
    for (const child of await apiKeys.listChildren(parent)) {
      if (child.tenantId !== tenantId && !hasScope(principal, 'admin')) continue;
      isRevoked = (await apiKeys.remove(child.tenantId, child.apiKeyId)) || isRevoked;
      parents.push(child);
    }
  }
  return isRevoked;
}
