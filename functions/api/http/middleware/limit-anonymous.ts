import type { Context, MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { Config } from '../../../../shared/config.ts';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { Clock } from '../../../../shared/ports.ts';
import type { ApiEnv } from '../operation.ts';

const windowMs = 60_000;

/** Part of the event of API Gateway that has the address of the caller. */
const eventSchema = z.object({ requestContext: z.object({ http: z.object({ sourceIp: z.string() }) }) });

/**
 * Limits requests without a valid API key, for each address of a caller and each minute. They are counted in memory, so
 * they cost no writes, and they never use up the limit of a key.
 */
export function limitAnonymous(
  { anonymousRateLimitPerMinute: limit }: Pick<Config, 'anonymousRateLimitPerMinute'>,
  clock: Pick<Clock, 'nowMs'>,
): MiddlewareHandler<ApiEnv> {
  const counts = new Map<string, number>();
  let countedSinceMs = 0;
  return async (c, next) => {
    const address = eventSchema.safeParse(c.env).data?.requestContext.http.sourceIp;
    if (address === undefined) return next();
    const nowMs = clock.nowMs();
    if (Math.abs(nowMs - countedSinceMs) >= windowMs) {
      counts.clear();
      countedSinceMs = nowMs;
    }
    const used = counts.get(address) ?? 0;
    const hasKey = c.req.header('authorization') !== undefined;
    if (!hasKey && used >= limit) throw createError(limit, countedSinceMs + windowMs - nowMs);
    await next();
    if (!hasKey || isRefused(c)) counts.set(address, (counts.get(address) ?? 0) + 1);
    if (hasKey && isRefused(c) && used >= limit) throw createError(limit, countedSinceMs + windowMs - nowMs);
  };
}

function isRefused(c: Context<ApiEnv>): boolean {
  return c.res.status === 401;
}

function createError(limit: number, waitMs: number): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const fault = `This address sent more than ${limit} requests without a valid API key in a minute`;
  const remedy = `Send a valid key, or wait ${retryAfterSeconds} s`;
  const faults = [{ pointer: 'header:authorization', fault, remedy }];
  return new AppError('RATE_LIMITED', `${fault}. ${remedy}.`, { faults, retryAfterSeconds });
}
