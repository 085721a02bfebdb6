import { quotaNames, quotas } from '../shared/quotas.ts';

/** Settings that deployments and the local service can override. Their defaults are in shared/config.ts. */
export const commonSettings = [
  'MAX_STREAMS_PER_WORKER',
  'MAX_REQUESTS_PER_RUN',
  'CHECK_FROM_REQUESTS',
  'CHECK_FROM_USD',
  'MAX_TARGET_CHECKS_PER_MINUTE',
  ...quotaNames.map((name) => quotas[name].setting),
  'MAX_BODY_BYTES',
  'MAX_RESPONSE_BYTES',
  'MAX_WAIT_SECONDS',
  'RATE_LIMIT_PER_MINUTE',
  'TENANT_RATE_LIMIT_PER_MINUTE',
  'ANONYMOUS_RATE_LIMIT_PER_MINUTE',
  'CORS_ORIGINS',
  'EGRESS_CIDRS',
  'WORKER_ROLE_TENANTS',
  'ASSUMABLE_ROLES',
  'OIDC_ISSUERS',
  'MAX_EVENT_READERS_PER_TENANT',
  'AUDIT_RETENTION_DAYS',
  'SAMPLE_RETENTION_DAYS',
  'HEARTBEAT_MS',
  'BLOCK_FLUSH_MS',
];
