import type { ApiKeyRecord, ApiScope } from '../../../shared/records/records.ts';

/** Tenant, API key, scopes, and expiry of the caller. `expiresAtMs`: ms since 1970, or null if the key never expires. */
export type Principal = Pick<ApiKeyRecord, 'tenantId' | 'apiKeyId' | 'expiresAtMs'> & { scopes: readonly ApiScope[] };
