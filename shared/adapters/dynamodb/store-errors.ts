import { AppError } from '../../errors/app-error.ts';
import { toFullDiskError } from '../full-disk-error.ts';

/** Errors, by name, that occur when DynamoDB is overloaded or unreachable. A later attempt can succeed. */
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
 * Converts an error that remains after the SDK's retries (`aws-clients.ts`). Overload and connection errors become
 * AppError UNAVAILABLE: the API responds with 503, and queues deliver the message again. Other errors stay unchanged.
 */
export function toStoreError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const full = toFullDiskError(error);
  if (full !== null) return full;
  return overloadNames.has(error.name) || connectionCodes.has(code) ? createUnavailableError(error) : error;
}

export function createUnavailableError(cause: Error): AppError {
  const message = 'The database is overloaded or cannot be reached. Retry in a moment';
  return new AppError('UNAVAILABLE', message, { retryAfterSeconds: 1, cause });
}

/** Waits for a request to DynamoDB, and converts its error with `toStoreError`. */
export async function translateErrors<T>(sending: Promise<T>): Promise<T> {
  try {
    return await sending;
  } catch (error) {
    throw toStoreError(error);
  }
}
