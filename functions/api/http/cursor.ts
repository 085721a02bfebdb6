import type { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';

/** Encodes a position in a list as an opaque cursor. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Decodes a cursor. Throws INVALID_REQUEST with the remedy if the position does not match the schema. */
export function decodeCursor<Schema extends z.ZodType>(cursor: string, schema: Schema, remedy: string) {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    const faults = [{ pointer: '?cursor', fault: 'is not a cursor for this list', remedy }];
    throw new AppError('INVALID_REQUEST', 'The cursor is not valid', { faults, cause });
  }
}
