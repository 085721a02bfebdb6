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
