import type { Context } from 'hono';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { ApiEnv } from '../api-env.ts';

/**
 * Checks that a body has one of the media types, in UTF-8 and not compressed.
 * @returns its media type
 * @throws AppError UNSUPPORTED_MEDIA_TYPE
 */
export function checkContentType(c: Context<ApiEnv>, taken: readonly string[]): string {
  const encoding = c.req.header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity')
    throw unsupported('header:content-encoding', 'is not one that is taken', 'Send the body as it is, not compressed');
  const [type = '', ...parameters] = (c.req.header('content-type') ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (!taken.includes(type))
    throw unsupported(
      'header:content-type',
      type === '' ? 'is missing' : `is not ${taken.join(' or ')}`,
      `Send "Content-Type: ${taken[0]}"${taken.length > 1 ? `, or one of ${taken.slice(1).join(', ')}` : ''}`,
    );
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset !== undefined && !['utf-8', 'utf8', '"utf-8"'].includes(charset))
    throw unsupported(
      'header:content-type',
      'names a charset other than UTF-8',
      'Send UTF-8, as JSON is (RFC 8259, section 8.1)',
    );
  return type;
}

function unsupported(pointer: string, fault: string, remedy: string): AppError {
  return new AppError('UNSUPPORTED_MEDIA_TYPE', `${pointer.slice('header:'.length)} ${fault}`, {
    faults: [{ pointer, fault, remedy }],
  });
}
