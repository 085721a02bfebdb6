import type { Context } from 'hono';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { ApiEnv } from '../api-env.ts';

/**
 * Reads the bytes of a body, up to the limit. A missing body has no bytes.
 * @throws AppError BODY_TOO_LARGE
 */
export async function readBodyWithin(c: Context<ApiEnv>, maxBodyBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const declaredBytes = Number(c.req.header('content-length') ?? 0);
  if (declaredBytes > maxBodyBytes) throw tooLarge(c, maxBodyBytes);
  const { body } = c.req.raw;
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBodyBytes) throw tooLarge(c, maxBodyBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(c: Context<ApiEnv>, maxBodyBytes: number): AppError {
  // The rest of the body is not read, so the connection cannot be reused.
  c.header('Connection', 'close');
  return new AppError('BODY_TOO_LARGE', `The body is larger than ${maxBodyBytes} bytes`, {
    faults: [{ pointer: '', fault: 'is too large', remedy: `Send at most ${maxBodyBytes} bytes` }],
  });
}

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
