import type { Deps } from '../../../../shared/ports.ts';
import type { Principal } from './authenticate.ts';

const windowMs = 60_000;

/** The requests of a key in its current window. */
export type RateState = { allowed: boolean; limit: number; remaining: number; resetSeconds: number };

/** Counts one request of the key in its fixed window of one minute. The caller rejects a request that is not allowed. */
export async function limitRate(
  deps: Pick<Deps, 'rateLimits' | 'clock' | 'config'>,
  principal: Principal,
): Promise<RateState> {
  const limit = deps.config.rateLimitPerMinute;
  const nowMs = deps.clock.nowMs();
  const windowStartMs = Math.floor(nowMs / windowMs) * windowMs;
  const used = await deps.rateLimits.hit(principal.tenantId, principal.apiKeyId, windowStartMs, windowMs);
  return {
    allowed: used <= limit,
    limit,
    remaining: Math.max(0, limit - used),
    resetSeconds: Math.max(1, Math.ceil((windowStartMs + windowMs - nowMs) / 1_000)),
  };
}
