import { AppError } from '../../../../shared/errors/app-error.ts';
import type { ApiDeps } from '../../compose.ts';

/** Number of open event streams of each tenant in this process. */
const openReaders = new WeakMap<ApiDeps, Map<string, number>>();

const windowMs = 60_000;
/** Seconds after which a refused reader may try again. */
const retryAfterSeconds = 10;

/**
 * Admits a reader of events, so that one tenant cannot hold all connections. Returns a function that the reader calls
 * at its end.
 * @param isBuffered whether each answer occupies a Lambda of its own, so that the started answers per minute are counted
 * @throws AppError RATE_LIMITED if the tenant has too many readers
 */
export async function admitReader(deps: ApiDeps, tenantId: string, isBuffered: boolean): Promise<() => void> {
  const limit = deps.config.maxEventReadersPerTenant;
  const refuse = () =>
    new AppError('RATE_LIMITED', `The tenant reads the events of runs with at most ${limit} connections at a time`, {
      retryAfterSeconds,
    });
  if (isBuffered) {
    const windowStartMs = Math.floor(deps.clock.nowMs() / windowMs) * windowMs;
    const started = await deps.rateLimits.hit(tenantId, 'events', windowStartMs, windowMs);
    if (started > limit * (windowMs / bufferedPaceMs)) throw refuse();
    return () => undefined;
  }
  const open = openReaders.get(deps) ?? new Map<string, number>();
  openReaders.set(deps, open);
  const count = open.get(tenantId) ?? 0;
  if (count >= limit) throw refuse();
  open.set(tenantId, count + 1);
  return () => {
    const left = (open.get(tenantId) ?? 1) - 1;
    if (left > 0) open.set(tenantId, left);
    else open.delete(tenantId);
  };
}

/** Time in ms after which a reader of buffered answers usually starts the next one. */
export const bufferedPaceMs = 2_000;
