import type { Context } from 'hono';
import { AppError, errorCodes } from '../../../../shared/errors/app-error.ts';
import type { AuditEvent } from '../../../../shared/records/audit-event.ts';
import type { ApiScope } from '../../../../shared/records/records.ts';
import type { ApiDeps } from '../../compose.ts';
import type { ApiEnv, Operation } from '../operation.ts';
import type { Principal } from '../principal.ts';

const dayMs = 86_400_000;

/**
 * Returns whether requests to an operation are audited: those that write, those that reveal a secret, and the
 * changes of administrators for other tenants.
 */
export function isAudited({ scope, method }: { scope: ApiScope; method: Operation['method'] }): boolean {
  return scope.endsWith(':write') || (scope === 'admin' && method !== 'get');
}

/**
 * Answers a request and stores an audit event with the result. Requests without a valid key, or beyond the rate limit,
 * have no event. If the event cannot be stored, the caller still gets the response, because its changes have been made.
 */
export async function auditRequest(
  c: Context<ApiEnv>,
  deps: ApiDeps,
  operation: Operation,
  answer: () => Promise<Response>,
): Promise<Response> {
  try {
    const response = await answer();
    await storeEvent(c, deps, operation, response.status, response.headers.get('location'));
    return response;
  } catch (error) {
    const { status } = errorCodes[error instanceof AppError ? error.code : 'INTERNAL'];
    await storeEvent(c, deps, operation, status, null);
    throw error;
  }
}

async function storeEvent(
  c: Context<ApiEnv>,
  deps: ApiDeps,
  { operationId, params }: Operation,
  status: number,
  location: string | null,
): Promise<void> {
  const caller = c.get('caller');
  if (caller === undefined) return;
  const named = Object.values(params?.safeParse(c.req.param()).data ?? {});
  const resourceId = findId(location) ?? named.map(String).at(-1) ?? null;
  await putEvent(c, deps, caller, { operationId, resourceId, status });
}

/**
 * Stores an audit event for one of several resources that a request deletes. The request itself has one event, which
 * does not name them.
 */
export function auditDeletion(
  { c, deps, principal }: { c: Context<ApiEnv>; deps: ApiDeps; principal: Principal },
  operationId: string,
  resourceId: string,
): Promise<void> {
  return putEvent(c, deps, principal, { operationId, resourceId, status: 204 });
}

/** Stores an audit event for an operation whose caller is known only when it ends. */
export function auditAction(
  { c, deps, principal }: { c: Context<ApiEnv>; deps: ApiDeps; principal: Pick<Principal, 'tenantId' | 'apiKeyId'> },
  facts: Pick<AuditEvent, 'operationId' | 'resourceId' | 'status'>,
): Promise<void> {
  return putEvent(c, deps, principal, facts);
}

async function putEvent(
  c: Context<ApiEnv>,
  deps: ApiDeps,
  { tenantId, apiKeyId }: Pick<Principal, 'tenantId' | 'apiKeyId'>,
  facts: Pick<AuditEvent, 'operationId' | 'resourceId' | 'status'>,
): Promise<void> {
  const createdAtMs = deps.clock.nowMs();
  const event = {
    ...facts,
    auditEventId: deps.ids.next('auditEvent'),
    tenantId,
    apiKeyId,
    requestId: c.get('requestId'),
    createdAtMs,
    expiresAtMs: createdAtMs + deps.config.auditRetentionDays * dayMs,
  };
  await deps.audit
    .put(event)
    .catch((error: unknown) => deps.logger.error('audit event not stored', { ...event, error }));
}

/** Returns the id at the end of a new resource's path. */
function findId(location: string | null): string | null {
  return /\/([a-z]{3}_[0-9a-z]{26})$/.exec(location ?? '')?.[1] ?? null;
}
