import type { MiddlewareHandler } from 'hono';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { ApiEnv } from '../api-env.ts';
import { chooseMediaType } from '../choose-media-type.ts';
import type { Endpoint } from '../define-endpoint.ts';

/** Refuses a request that takes none of the representations the endpoint has; notes the endpoint for what follows. */
export function checkAccept(endpoint: Endpoint): MiddlewareHandler<ApiEnv> {
  const offered = offeredTypes(endpoint);
  return async (c, next) => {
    c.set('endpoint', endpoint);
    // A format that the query names decides alone.
    const settled = c.req.query('format') !== undefined || offered.length === 0;
    if (!settled && chooseMediaType(c.req.header('accept'), offered) === null) throw notAcceptable(offered);
    await next();
  };
}

/** Media types of the endpoint's successful answers, the preferred one first. */
export function offeredTypes(endpoint: Pick<Endpoint, 'route'>): string[] {
  const types = Object.entries(endpoint.route.responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([, response]) => ('content' in response ? Object.keys(response.content ?? {}) : []));
  return [...new Set(types)];
}

function notAcceptable(offered: readonly string[]): AppError {
  return new AppError('NOT_ACCEPTABLE', `This is given as ${offered.join(' or ')}`, {
    faults: [
      {
        pointer: 'header:accept',
        fault: 'takes none of the representations there are',
        remedy: `Send "Accept: ${offered[0]}", or no Accept header`,
      },
    ],
  });
}
