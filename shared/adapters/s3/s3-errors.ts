import { AppError } from '../../errors/app-error.ts';
import { toFullDiskError } from '../full-disk-error.ts';
import { isOverload } from '../overload.ts';

const unavailable = 'The object store is overloaded or cannot be reached. Retry in a moment';

/** Waits for a request to S3. Converts errors that a later attempt can avoid to AppError UNAVAILABLE. */
export async function translateS3Errors<T>(sending: Promise<T>): Promise<T> {
  try {
    return await sending;
  } catch (error) {
    const full = toFullDiskError(error);
    if (full !== null) throw full;
    if (isOverload(error)) throw new AppError('UNAVAILABLE', unavailable, { retryAfterSeconds: 1, cause: error });
    throw error;
  }
}

/** Like `translateS3Errors`, but returns null if the object does not exist. */
export async function findObject<T>(sending: Promise<T>): Promise<T | null> {
  try {
    return await translateS3Errors(sending);
  } catch (error) {
    // A request for the head has no body, so its error has another name.
    if (error instanceof Error && ['NoSuchKey', 'NotFound'].includes(error.name)) return null;
    throw error;
  }
}
