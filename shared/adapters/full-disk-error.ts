import { AppError } from '../errors/app-error.ts';

/** Name of the error that the embedded stores send for a full disk (`infra/local/stores/storage-error.ts`). */
export const storageFullName = 'StorageFull';

/** Converts the embedded stores' error for a full disk to an error with status 503. Returns null for other errors. */
export function toFullDiskError(error: unknown): AppError | null {
  if (!(error instanceof Error) || error.name !== storageFullName) return null;
  const message = 'DATA_DIR is full. Free disk space, or delete runs and datasets, and retry';
  return new AppError('UNAVAILABLE', message, { retryAfterSeconds: 30, cause: error });
}
