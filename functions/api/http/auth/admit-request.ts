import type { Context } from 'hono';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { ApiScope } from '../../../../shared/records/api-scope.ts';
import type { ApiDeps } from '../../compose.ts';
import type { ApiEnv } from '../api-env.ts';
import { authenticate, type Principal } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { limitRate } from './limit-rate.ts';

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
