import type { Deps } from '../../../shared/ports.ts';
import { removeWithinQuotas } from '../../../shared/runs/remove-within-quotas.ts';
import type { ApiKeyPlace } from '../../../shared/tenant-stores.ts';
import type { ApiDeps } from '../compose.ts';
import { hasScope } from '../http/auth/admit-request.ts';
import { auditDeletion } from '../http/auth/audit-request.ts';
import type { Call } from '../http/define-endpoint.ts';
import type { Principal } from '../http/principal.ts';

type RevokeDeps = Pick<Deps, 'apiKeys' | 'oidcRules' | 'usage' | 'clock' | 'logger'>;
type OnChildRevoked = (apiKeyId: string) => Promise<void>;

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
  onChildRevoked: OnChildRevoked,
): Promise<boolean> {
  const { tenantId } = principal;
  // Revokes a key before listing its children, because a revoked key cannot create more children.
  const isRevoked = await removeKey(deps, { tenantId, apiKeyId });
  return (cascade && (await revokeChildren(deps, principal, { tenantId, apiKeyId }, onChildRevoked))) || isRevoked;
}

/** Deletes an OIDC rule, and then revokes the keys that were created through it. Returns whether the rule existed. */
export async function revokeOidcRule(
  { deps, principal, ...call }: Pick<Call, 'c' | 'principal'> & { deps: ApiDeps },
  oidcRuleId: string,
): Promise<boolean> {
  const { tenantId } = principal;
  if (!(await deps.oidcRules.remove(tenantId, oidcRuleId))) return false;
  await revokeChildren(deps, principal, { tenantId, apiKeyId: oidcRuleId }, (apiKeyId) =>
    auditDeletion({ ...call, deps, principal }, 'deleteOidcRule', apiKeyId),
  );
  return true;
}

/** Revokes the keys that a key or a rule created, directly or not, and deletes the rules of these keys. */
async function revokeChildren(
  deps: RevokeDeps,
  principal: Principal,
  first: ApiKeyPlace,
  onChildRevoked: OnChildRevoked,
): Promise<boolean> {
  const { tenantId } = principal;
  const parents = [first];
  let isRevoked = false;
  for (const parent of parents) {
    parents.push(...(await removeRules(deps, parent)));
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

/** Deletes the rules that a key created. Returns their places, under which the keys of the rules are listed. */
async function removeRules({ oidcRules }: RevokeDeps, { tenantId, apiKeyId }: ApiKeyPlace): Promise<ApiKeyPlace[]> {
  const created = (await oidcRules.listAll(tenantId)).filter(({ createdBy }) => createdBy === apiKeyId);
  for (const { oidcRuleId } of created) await oidcRules.remove(tenantId, oidcRuleId);
  return created.map(({ oidcRuleId }) => ({ tenantId, apiKeyId: oidcRuleId }));
}

/** Removes a key, and reduces the use of the key's own tenant. Expired keys are not counted. */
async function removeKey(deps: RevokeDeps, { tenantId, apiKeyId }: ApiKeyPlace): Promise<boolean> {
  const isLive = (await deps.apiKeys.get(tenantId, apiKeyId)) !== null;
  const amounts = isLive ? { apiKeys: 1 } : {};
  return removeWithinQuotas(deps, tenantId, amounts, () => deps.apiKeys.remove(tenantId, apiKeyId));
}
