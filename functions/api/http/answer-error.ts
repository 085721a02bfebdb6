import type { Context, ErrorHandler } from 'hono';
import { AppError, errorCodes } from '../../../shared/errors/app-error.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { ApiEnv } from './api-env.ts';
import { toProblem } from './problem.ts';

/** Converts errors to problem details. Logs an unexpected error and reveals only the request id. */
export function answerError(deps: Pick<Deps, 'logger'>): ErrorHandler<ApiEnv> {
  return (error, c) => {
    const requestId = c.get('requestId');
    const shown =
      error instanceof AppError ? error : hideError(error, deps, { requestId, method: c.req.method, path: c.req.path });
    const { status } = errorCodes[shown.code];
    if (shown.code === 'UNAVAILABLE')
      deps.logger.warn('request rejected: service unavailable', { requestId, error: shown });
    if (shown.retryAfterSeconds !== null) c.header('Retry-After', String(shown.retryAfterSeconds));
    if (status === 401) {
      const tried = c.req.header('authorization') === undefined ? '' : ', error="invalid_token"';
      c.header('WWW-Authenticate', `Bearer realm="tokenmeter"${tried}`);
    }
    return answerProblem(c, shown);
  };
}

/** Responds with the problem details of an error. */
export function answerProblem(c: Context<ApiEnv>, error: AppError): Response {
  const problem = toProblem(error, { requestId: c.get('requestId'), path: c.req.path });
  const headers = { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' };
  return c.body(JSON.stringify(problem), errorCodes[error.code].status, headers);
}

function hideError(error: unknown, deps: Pick<Deps, 'logger'>, request: Record<string, string>): AppError {
  deps.logger.error('request failed', { ...request, error });
  return new AppError(
    'INTERNAL',
    `The service failed. Retry, and quote ${request['requestId']} when you ask for help.`,
  );
}
