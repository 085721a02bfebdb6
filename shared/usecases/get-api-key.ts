import type { ApiKeyRecord } from '../domain/records.ts';
import type { Deps } from '../ports.ts';
import type { Principal } from './authenticate.ts';
import { notFound } from './not-found.ts';

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
