import type { MiddlewareHandler } from 'hono';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { ApiEnv } from '../api-env.ts';
import { checkContentType } from './check-content-type.ts';
import { readBodyWithin } from './read-body-within.ts';

/** Reads a body that is text of one of the types, within the size limit, and leaves it for the handler byte for byte. */
export function readTextBody(maxBodyBytes: number, types: readonly string[]): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const bytes = await readBodyWithin(c, maxBodyBytes);
    const type = checkContentType(c, types);
    c.set('textBody', { type, text: decode(bytes) });
    await next();
  };
}

function decode(bytes: Uint8Array): string {
  try {
    // A byte order mark stays: what is kept has the digest of what was sent.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const fault = 'is not UTF-8';
    throw new AppError('INVALID_BODY', `The body ${fault}`, {
      faults: [{ pointer: '', fault, remedy: 'Send the text in UTF-8' }],
      cause,
    });
  }
}
