import type { Deps } from '../../../shared/ports.ts';
import { apiScopes } from '../../../shared/records/api-scope.ts';
import { apiKeySecretBytes } from '../http/auth/api-key-text.ts';
import { createApiKey } from './create-api-key.ts';

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
