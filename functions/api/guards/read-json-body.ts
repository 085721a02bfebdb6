import type { Context, MiddlewareHandler } from 'hono';
import { AppError } from '../../../shared/domain/app-error.ts';
import type { ApiEnv } from '../api-env.ts';
import { parseJsonBody } from '../parse-json-body.ts';

/**
 * Reads a JSON body within the size limit, also while it streams in, and holds it against what JSON allows but nobody
 * means. The bytes are put back for the schema's validator.
 */
export function readJsonBody(maxBodyBytes: number): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const declaredBytes = Number(c.req.header('content-length') ?? 0);
    if (declaredBytes > maxBodyBytes) throw tooLarge(c, maxBodyBytes);
    const bytes = await readWithin(c, maxBodyBytes);
    const required = c.get('endpoint').route.request?.body?.required === true;
    if (bytes.length > 0 || required) {
      checkContentType(c);
      parseJsonBody(bytes);
      c.req.raw = new Request(c.req.raw, { body: bytes });
    }
    await next();
  };
}

async function readWithin(c: Context<ApiEnv>, maxBodyBytes: number): Promise<Uint8Array<ArrayBuffer>> {
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
  // What is left of the body is not read: the connection cannot be used again.
  c.header('Connection', 'close');
  return new AppError('BODY_TOO_LARGE', `A body may have ${maxBodyBytes} bytes`, {
    faults: [{ pointer: '', fault: 'is too large', remedy: `Send at most ${maxBodyBytes} bytes` }],
  });
}

function checkContentType(c: Context<ApiEnv>): void {
  const refuse = (pointer: string, fault: string, remedy: string) =>
    new AppError('UNSUPPORTED_MEDIA_TYPE', `${pointer.slice('header:'.length)} ${fault}`, {
      faults: [{ pointer, fault, remedy }],
    });
  const encoding = c.req.header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity')
    throw refuse('header:content-encoding', 'is not one that is taken', 'Send the body as it is, not compressed');
  const [type = '', ...parameters] = (c.req.header('content-type') ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (type !== 'application/json')
    throw refuse(
      'header:content-type',
      type === '' ? 'is missing' : 'is not application/json',
      'Send "Content-Type: application/json"',
    );
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset !== undefined && !['utf-8', 'utf8', '"utf-8"'].includes(charset))
    throw refuse(
      'header:content-type',
      'names a charset other than UTF-8',
      'Send UTF-8, as JSON is (RFC 8259, section 8.1)',
    );
}
