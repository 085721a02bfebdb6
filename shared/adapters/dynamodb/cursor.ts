import { createHash } from 'node:crypto';
import { AppError } from '../../errors/app-error.ts';

/** What a cursor is bound to: whose list, and which. */
export type CursorScope = { tenantId: string; list: string };

const digestBytes = 12;
/** An id, after the instant where the list is in order of that. */
const positionPattern = /^(\d{13}#)?[a-z]{3}_[0-9a-z]{26}$/;

/** An opaque cursor that stands on the last record given, by its place in the list's order; it works only for the same tenant and the same list. */
export function encodeCursor(scope: CursorScope, position: string): string {
  return Buffer.concat([digestPosition(scope, position), Buffer.from(position)]).toString('base64url');
}

/**
 * The place a cursor stands on. The digest in it is no signature: a cursor only says where to go on within a list that the
 * tenant may read anyway, and is never used to say whose list that is.
 * @throws AppError INVALID_REQUEST for anything but a cursor of this very list
 */
export function decodeCursor(scope: CursorScope, cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  const position = bytes.subarray(digestBytes).toString('utf8');
  const genuine = positionPattern.test(position) && encodeCursor(scope, position) === cursor;
  if (genuine) return position;
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

function digestPosition(scope: CursorScope, position: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([scope.tenantId, scope.list, position]))
    .digest()
    .subarray(0, digestBytes);
}
