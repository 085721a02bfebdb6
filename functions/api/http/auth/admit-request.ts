import type { Context } from 'hono';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { Deps } from '../../../../shared/ports.ts';
import type { ApiScope } from '../../../../shared/records/api-scope.ts';
import type { ApiDeps } from '../../compose.ts';
import type { ApiEnv } from '../api-env.ts';
import { authenticate, type Principal } from './authenticate.ts';

/**
 * Admits a request whose key is valid, has the scope and is within its rate limit. Sets the rate limit headers of
 * draft-ietf-httpapi-ratelimit-headers-06.
 */
export async function admitRequest(c: Context<ApiEnv>, deps: ApiDeps, scope: ApiScope): Promise<Principal> {
  const principal = await authenticate(deps, c.req.header('authorization'));
  const rate = await limitRate(deps, principal);
  c.header('RateLimit-Limit', String(rate.limit));
  c.header('RateLimit-Remaining', String(rate.remaining));
  c.header('RateLimit-Reset', String(rate.resetSeconds));
  if (!rate.allowed)
    throw new AppError('RATE_LIMITED', `The API key exceeded ${rate.limit} requests per minute`, {
      retryAfterSeconds: rate.resetSeconds,
    });
  authorize(principal, scope);
  return principal;
}

const windowMs = 60_000;

/** The requests of a key in its current window. */
type RateState = { allowed: boolean; limit: number; remaining: number; resetSeconds: number };

/** Counts one request of the key in its fixed window of one minute. The caller rejects a request that is not allowed. */
async function limitRate(
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

/** Returns whether a principal has a scope. The scope `admin` includes all scopes. */
export function hasScope(principal: Principal, scope: ApiScope): boolean {
  return principal.scopes.includes(scope) || principal.scopes.includes('admin');
}

/** @throws AppError FORBIDDEN if the principal lacks the scope */
function authorize(principal: Principal, scope: ApiScope): void {
  if (hasScope(principal, scope)) return;
  throw new AppError('FORBIDDEN', `The API key lacks the scope ${scope}`, {
    faults: [
      {
        pointer: 'header:authorization',
        fault: `lacks the scope ${scope}`,
        remedy: `Use a key with the scope ${scope}. A key with this scope can create one: POST /v1/api-keys {"name": "…", "scopes": ["${scope}"]}`,
      },
    ],
  });
}
