import type { ApiKeyRecord } from '../../../../shared/records/records.ts';
import type { ApiDeps } from '../../compose.ts';

/** Minimum time in ms between two stored uses of a key. */
const everyMs = 60_000;

/** Keys whose use is being stored by this process. */
const open = new WeakMap<ApiDeps, Set<string>>();

/**
 * Stores that an API key was used, at most once a minute. The request does not wait for the write, and a failed write
 * has no effect on the request.
 */
export function recordKeyUse(
  deps: ApiDeps,
  { tenantId, apiKeyId, lastUsedAtMs }: Pick<ApiKeyRecord, 'tenantId' | 'apiKeyId' | 'lastUsedAtMs'>,
): void {
  const nowMs = deps.clock.nowMs();
  if (lastUsedAtMs !== null && nowMs - lastUsedAtMs < everyMs) return;
  const writing = open.get(deps) ?? new Set<string>();
  open.set(deps, writing);
  if (writing.has(apiKeyId)) return;
  writing.add(apiKeyId);
  deps.apiKeys
    .touch(tenantId, apiKeyId, nowMs, everyMs)
    .catch((error: unknown) => deps.logger.warn('use of an API key not stored', { apiKeyId, error }))
    .finally(() => writing.delete(apiKeyId));
}
