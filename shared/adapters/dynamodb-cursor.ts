import { createHash } from 'node:crypto';
import { AppError } from '../domain/app-error.ts';
import { type IdKind, idSchema } from '../domain/ids.ts';

/** What a cursor is bound to: whose list, which list, and the kind of id it stands on. */
export type CursorScope = { tenantId: string; list: string; kind: IdKind };

const digestBytes = 12;

/** An opaque cursor that stands on the last item given; it works only for the same tenant and the same list. */
export function encodeCursor(scope: CursorScope, lastId: string): string {
  return Buffer.concat([digest(scope, lastId), Buffer.from(lastId)]).toString('base64url');
}

/**
 * The id a cursor stands on. The digest in it is no signature: a cursor only says where to go on within a list that the
 * tenant may read anyway, and is never used to say whose list that is.
 * @throws AppError INVALID_REQUEST for anything but a cursor of this very list
 */
export function decodeCursor(scope: CursorScope, cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  const lastId = bytes.subarray(digestBytes).toString('utf8');
  const genuine = idSchema(scope.kind).safeParse(lastId).success && encodeCursor(scope, lastId) === cursor;
  if (genuine) return lastId;
  throw new AppError('INVALID_REQUEST', 'The cursor is not valid', {
    faults: [
      {
        pointer: '?cursor',
        fault: 'is not a cursor of this list',
        remedy: 'use the cursor of the page before, unchanged, or leave it out to start at the newest',
      },
    ],
  });
}

function digest(scope: CursorScope, lastId: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([scope.tenantId, scope.list, lastId]))
    .digest()
    .subarray(0, digestBytes);
}
