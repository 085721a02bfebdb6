/** What an API key may do. `admin` may do all, and make keys for other tenants. */
export const apiScopes = [
  'runs:read',
  'runs:write',
  'credentials:read',
  'credentials:write',
  'webhooks:read',
  'webhooks:write',
  'api-keys:read',
  'api-keys:write',
  'admin',
] as const;
export type ApiScope = (typeof apiScopes)[number];
