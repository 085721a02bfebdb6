import type { ApiKeyPlace, Deps } from '../../../shared/ports.ts';
import { hasScope } from '../http/auth/admit-request.ts';
import type { Principal } from '../http/principal.ts';

/**
 * Revokes an API key. With `cascade`, also revokes the keys that it created, and the keys that those created. Only a
 * caller with the `admin` scope revokes keys of other tenants in this way.
 * @returns whether a key was revoked
 */
export async function revokeApiKey(
  { apiKeys }: Pick<Deps, 'apiKeys'>,
  principal: Principal,
  { apiKeyId, cascade }: { apiKeyId: string; cascade: boolean },
): Promise<boolean> {
  const { tenantId } = principal;
  // Revokes a parent before it lists the children, so that no child can be created unnoticed.
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
