import { AppError } from '../../errors/app-error.ts';
import { toFullDiskError } from '../full-disk-error.ts';
import { isOverload } from '../overload.ts';

/**
 * Converts an error that remains after the SDK's retries (`aws-clients.ts`). Overload and connection errors become
 * AppError UNAVAILABLE: the API responds with 503, and queues deliver the message again. Other errors stay unchanged.
 */
export function toStoreError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const full = toFullDiskError(error);
  if (full !== null) return full;
  return isOverload(error) ? createUnavailableError(error) : error;
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
