/**
 * Kinds of stored secrets, and the names in the encryption context of each kind. Apart from the tenant, no two kinds share
 * a name, so on AWS the policy of a role can allow some kinds by their names and refuse the others.
 */
export const secretKinds = {
  credential: ['tenantId', 'credentialId'],
  webhook: ['tenantId', 'webhookEndpointId'],
  targetCheck: ['tenantId', 'ownerId', 'targetIndex'],
  idempotentResponse: ['tenantId', 'idempotencyKey'],
} as const satisfies Record<string, readonly string[]>;

export type SecretKind = keyof typeof secretKinds;
