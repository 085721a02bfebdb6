import type { Hono, MiddlewareHandler } from 'hono';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { ApiEnv } from '../operation.ts';

type Path = { pattern: RegExp; methods: Set<string> };

/**
 * Answers OPTIONS, and refuses a method that a path does not have. A path without parameters precedes the others: the
 * methods of `/v1/runs/{runId}` are not those of `/v1/runs/bulk-delete`.
 */
export function answerOtherMethods(app: Hono<ApiEnv>): MiddlewareHandler<ApiEnv> {
  let paths: Path[] | null = null;
  return async (c, next) => {
    paths ??= listPaths(app);
    const methods = paths.find(({ pattern }) => pattern.test(c.req.path))?.methods;
    if (methods === undefined || methods.has(c.req.method)) return next();
    const allow = [...methods, 'OPTIONS'].join(', ');
    c.header('Allow', allow);
    if (c.req.method === 'OPTIONS') return c.body(null, 204);
    const detail = `${c.req.method} is not supported for this path. Use one of: ${allow}`;
    throw new AppError('METHOD_NOT_ALLOWED', detail);
  };
}

/** Lists the paths of an app, those without parameters first. */
function listPaths({ routes }: Hono<ApiEnv>): Path[] {
  const byPath = new Map<string, Set<string>>();
  for (const { path, method } of routes) {
    if (method === 'ALL') continue;
    const methods = byPath.get(path) ?? new Set();
    byPath.set(path, methods.add(method));
    if (method === 'GET') methods.add('HEAD');
  }
  return [...byPath]
    .sort(([one], [other]) => Number(one.includes(':')) - Number(other.includes(':')))
    .map(([path, methods]) => ({ pattern: buildPattern(path), methods }));
}

function buildPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
}
