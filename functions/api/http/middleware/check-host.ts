import type { MiddlewareHandler } from 'hono';
import type { Config } from '../../../../shared/config.ts';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { ApiEnv } from '../operation.ts';

type Allowed = Pick<Config, 'allowedHosts' | 'corsOrigins'>;

/**
 * Rejects requests to unknown host names, to prevent DNS rebinding. Also rejects requests from pages of other websites.
 * @param allowed.allowedHosts host names of a local service in lower case, with or without a port; null allows any host
 * @param allowed.corsOrigins origins of other websites whose pages may call the API
 */
export function checkHost({ allowedHosts, corsOrigins }: Allowed): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (allowedHosts !== null) {
      const host = c.req.header('host') ?? new URL(c.req.url).host;
      if (!isAllowed(host, allowedHosts)) {
        const remedy = `Use ${allowedHosts.join(' or ')}, or add the host name to the setting ALLOWED_HOSTS`;
        const faults = [{ pointer: 'header:host', fault: 'is not a host name of this deployment', remedy }];
        throw new AppError('MISDIRECTED_REQUEST', 'The API does not accept this host name', { faults });
      }
      if (isCrossSite(c.req.raw, allowedHosts, corsOrigins)) {
        const remedy = 'Call the API from a program, or add the origin of the page to the setting CORS_ORIGINS';
        const faults = [{ pointer: 'header:origin', fault: 'is another website, which may not call this API', remedy }];
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

function isCrossSite(request: Request, allowedHosts: readonly string[], corsOrigins: readonly string[]): boolean {
  const origin = request.headers.get('origin');
  if (origin !== null && corsOrigins.includes(origin)) return false;
  if (origin !== null) return !URL.canParse(origin) || !isAllowed(new URL(origin).host, allowedHosts);
  // Allows a GET navigation, such as following a link on another website to the API reference page.
  const link = request.method === 'GET' && request.headers.get('sec-fetch-mode') === 'navigate';
  return request.headers.get('sec-fetch-site') === 'cross-site' && !link;
}
