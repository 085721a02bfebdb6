import type { Context } from 'hono';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { ApiEnv } from '../operation.ts';

/** Reads the bytes of a body; a missing body has zero bytes. Throws BODY_TOO_LARGE above `maxBodyBytes`. */
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
  // The rest of the body stays unread, so the connection cannot be reused.
  c.header('Connection', 'close');
  return new AppError('BODY_TOO_LARGE', `The body is larger than ${maxBodyBytes} bytes`, {
    faults: [{ pointer: '', fault: 'is too large', remedy: `Send at most ${maxBodyBytes} bytes` }],
  });
}

/** Returns the media type of an uncompressed UTF-8 body. Throws UNSUPPORTED_MEDIA_TYPE for any other body. */
export function checkContentType(c: Context<ApiEnv>, accepted: readonly string[]): string {
  const encoding = c.req.header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') throw unsupported('content-encoding', 'is not supported', 'Send the body uncompressed');
  const [type = '', ...parameters] = (c.req.header('content-type') ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (!accepted.includes(type)) {
    const others = accepted.length > 1 ? `, or one of ${accepted.slice(1).join(', ')}` : '';
    const fault = type === '' ? 'is missing' : `is not ${accepted.join(' or ')}`;
    throw unsupported('content-type', fault, `Send "Content-Type: ${accepted[0]}"${others}`);
  }
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset !== undefined && !['utf-8', 'utf8', '"utf-8"'].includes(charset)) {
    const remedy = 'Send the body in UTF-8 (RFC 8259, section 8.1)';
    throw unsupported('content-type', 'specifies a charset other than UTF-8', remedy);
  }
  return type;
}

function unsupported(header: string, fault: string, remedy: string): AppError {
  const faults = [{ pointer: `header:${header}`, fault, remedy }];
  return new AppError('UNSUPPORTED_MEDIA_TYPE', `${header} ${fault}`, { faults });
}

/** Decodes UTF-8. Throws an error with the given remedy for invalid bytes. `ignoreBOM` keeps a byte order mark. */
export function decodeUtf8(
  bytes: Uint8Array,
  remedy: string,
  { fault = 'is not UTF-8', pointer = '', ignoreBOM = false } = {},
): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM }).decode(bytes);
  } catch (cause) {
    throw invalidBody(fault, remedy, { pointer, cause });
  }
}

/** Creates the error for a malformed body. By default, its pointer refers to the whole body. */
export function invalidBody(
  fault: string,
  remedy: string,
  { pointer = '', cause }: { pointer?: string; cause?: unknown } = {},
): AppError {
  return new AppError('INVALID_BODY', `The body ${fault}`, { faults: [{ pointer, fault, remedy }], cause });
}
