import { basename, dirname } from 'node:path';
import { storageFullName } from '../../../shared/adapters/full-disk-error.ts';

/** Error in the form that an embedded server sends to its client. dynalite would rethrow other errors. */
export type StorageError = Error & { statusCode: number; body: { __type: string; message: string } };

/** Primary result codes of SQLite. The low byte of an extended code is the primary code. */
const [sqliteDamaged, sqliteFull, sqliteNotDatabase] = [11, 13, 26];

/** Describes an error of the database file for the client of an embedded server. 507 prevents retries by the SDK. */
export function describeStorageError(error: unknown, file: string): StorageError {
  const cause = error instanceof Error ? error : new Error(String(error));
  const isFull = isDiskFull(cause);
  const message = isFull
    ? `DATA_DIR is full: no disk space is left for ${file}. Free disk space, or delete runs and datasets`
    : isDamaged(cause)
      ? `The file ${file} is damaged (${cause.message}). Stop the service and run: npm run doctor`
      : `The file ${basename(file)} in ${dirname(file)} cannot be used: ${cause.message}`;
  const name = isFull ? storageFullName : 'StorageFailed';
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message };
  return Object.assign(new Error(message, { cause }), { statusCode: 507, body });
}

/** Returns whether SQLite reported the error. */
export function isDatabaseError(error: unknown): error is Error {
  return error instanceof Error && readPrimaryCode(error) !== null;
}

function isDiskFull(error: Error): boolean {
  if ('code' in error && error.code === 'ENOSPC') return true;
  return readPrimaryCode(error) === sqliteFull;
}

export function isDamaged(error: Error): boolean {
  const code = readPrimaryCode(error);
  return error instanceof SyntaxError || code === sqliteDamaged || code === sqliteNotDatabase;
}

function readPrimaryCode(error: Error): number | null {
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null;
}
