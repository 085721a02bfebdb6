import type { Deps } from '../../../shared/ports.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { notFound } from '../http/not-found.ts';

/**
 * Revokes a key of the tenant, the asking one too; it is refused from the next request on.
 * @throws AppError NOT_FOUND
 */
export async function revokeApiKey(deps: Pick<Deps, 'apiKeys'>, principal: Principal, apiKeyId: string): Promise<void> {
  if (!(await deps.apiKeys.remove(principal.tenantId, apiKeyId))) throw notFound('API key', apiKeyId);
}
