import type { Context } from 'hono';
import { AppError, errorCodes } from '../../../../shared/errors/app-error.ts';
import type { ApiScope } from '../../../../shared/records/records.ts';
import type { ApiDeps } from '../../compose.ts';
import type { ApiEnv, Operation } from '../operation.ts';

const dayMs = 86_400_000;

/** Returns whether requests to an operation are audited: those that write, and those that reveal a secret. */
export function isAudited(scope: ApiScope): boolean {
  return scope.endsWith(':write');
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
  const { tenantId, apiKeyId } = caller;
  const createdAtMs = deps.clock.nowMs();
  const named = Object.values(params?.safeParse(c.req.param()).data ?? {});
  const event = {
    auditEventId: deps.ids.next('auditEvent'),
    tenantId,
    apiKeyId,
    operationId,
    resourceId: findId(location) ?? named.map(String).at(-1) ?? null,
    status,
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
