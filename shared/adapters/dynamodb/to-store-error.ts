import { AppError } from '../../errors/app-error.ts';

/** What the store says when it has, or the account has, too much to do: a later try may pass. */
const overloadNames = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'LimitExceededException',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
]);
const connectionCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

/**
 * The error a caller of a store sees. The SDK has retried by then (`aws-clients.ts` sets how often): what is still
 * throttled or unreachable becomes AppError UNAVAILABLE, which the API answers as 503 with Retry-After and which lets a
 * queue deliver its message again. Anything else is a bug or a missing permission, and passes unchanged.
 */
export function toStoreError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (!overloadNames.has(error.name) && !connectionCodes.has(code)) return error;
  return new AppError('UNAVAILABLE', 'The store cannot be reached or has too much to do; try again in a moment', {
    retryAfterSeconds: 1,
    cause: error,
  });
}
