import type { MiddlewareHandler } from 'hono';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { ApiEnv } from './operation.ts';

/**
 * Rejects requests to unknown host names, which prevents DNS rebinding, and requests from pages of other websites.
 * @param allowedHosts host names of a local service in lower case, with or without a port; null allows any host
 */
export function checkHost(allowedHosts: readonly string[] | null): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (allowedHosts !== null) {
      const host = c.req.header('host') ?? new URL(c.req.url).host;
      if (!isAllowed(host, allowedHosts)) {
        const remedy = `Use ${allowedHosts.join(' or ')}, or add the host name to the setting ALLOWED_HOSTS`;
        const faults = [{ pointer: 'header:host', fault: 'is not a host name of this deployment', remedy }];
        throw new AppError('MISDIRECTED_REQUEST', 'The API does not accept this host name', { faults });
      }
      if (isCrossSite(c.req.raw, allowedHosts)) {
        const remedy = 'Call the API from a program, not from a page on another website';
        const faults = [{ pointer: 'header:origin', fault: 'is another website', remedy }];
        throw new AppError('FORBIDDEN', 'Pages on other websites cannot call this API', { faults });
      }
    }
    await next();
  };
}

function isAllowed(host: string, allowedHosts: readonly string[]): boolean {
  const lower = host.toLowerCase();
  const name = URL.canParse(`http://${lower}`) ? new URL(`http://${lower}`).hostname : lower;
  return allowedHosts.includes(lower) || allowedHosts.includes(name);
}

function isCrossSite(request: Request, allowedHosts: readonly string[]): boolean {
  const origin = request.headers.get('origin');
  if (origin !== null) return !URL.canParse(origin) || !isAllowed(new URL(origin).host, allowedHosts);
  // Links from other websites to the API reference page are allowed.
  const link = request.method === 'GET' && request.headers.get('sec-fetch-mode') === 'navigate';
  return request.headers.get('sec-fetch-site') === 'cross-site' && !link;
}
