import type { Deps } from '../../../shared/ports.ts';
import type { ApiKeyRecord } from '../../../shared/records/records.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { notFound } from '../http/not-found.ts';

/** @throws AppError NOT_FOUND */
export async function getApiKey(
  deps: Pick<Deps, 'apiKeys'>,
  principal: Principal,
  apiKeyId: string,
): Promise<ApiKeyRecord> {
  const record = await deps.apiKeys.get(principal.tenantId, apiKeyId);
  if (record === null) throw notFound('API key', apiKeyId);
  return record;
}
