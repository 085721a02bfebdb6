import type { Context } from 'hono';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { ApiEnv } from '../api-env.ts';

/**
 * Checks that a body has one of the media types, in UTF-8 and uncompressed.
 * @returns the media type
 * @throws AppError UNSUPPORTED_MEDIA_TYPE
 */
export function checkContentType(c: Context<ApiEnv>, accepted: readonly string[]): string {
  const encoding = c.req.header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity')
    throw unsupported('header:content-encoding', 'is not supported', 'Send the body uncompressed');
  const [type = '', ...parameters] = (c.req.header('content-type') ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (!accepted.includes(type))
    throw unsupported(
      'header:content-type',
      type === '' ? 'is missing' : `is not ${accepted.join(' or ')}`,
      `Send "Content-Type: ${accepted[0]}"${accepted.length > 1 ? `, or one of ${accepted.slice(1).join(', ')}` : ''}`,
    );
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset !== undefined && !['utf-8', 'utf8', '"utf-8"'].includes(charset))
    throw unsupported(
      'header:content-type',
      'names a charset other than UTF-8',
      'Send the body in UTF-8 (RFC 8259, section 8.1)',
    );
  return type;
}

function unsupported(pointer: string, fault: string, remedy: string): AppError {
  return new AppError('UNSUPPORTED_MEDIA_TYPE', `${pointer.slice('header:'.length)} ${fault}`, {
    faults: [{ pointer, fault, remedy }],
  });
}
