import type { Context } from 'hono';
import type { z } from 'zod';
import { AppError, type ErrorCode, throwFaults } from '../../../../shared/errors/app-error.ts';
import { checkBySchema } from '../faults/check-by-schema.ts';
import type { ApiEnv, Body } from '../operation.ts';
import { concatChunks } from '../pack-body.ts';
import { checkJsonValue, checkNumberRange, findDuplicateName } from './check-json-value.ts';

/** Accepts a JSON body and validates it with the schema. If the body is optional, a missing body is read as `{}`. */
export function defineJsonBody<Schema extends z.ZodType>(
  schema: Schema,
  { required = true, faultCode = 'INVALID_REQUEST' }: { required?: boolean; faultCode?: ErrorCode } = {},
): Body<z.output<Schema>> {
  const content = { 'application/json': { schema } };
  return {
    required,
    content,
    faultCode,
    parse: async (c, bytes) => {
      const isGiven = required || bytes.length > 0;
      if (isGiven) checkContentType(c, Object.keys(content));
      const value = isGiven ? parseJsonBody(bytes) : {};
      return { check: () => checkBySchema(schema, value, 'body', faultCode) };
    },
  };
}

/**
 * Parses a JSON body.
 * @throws AppError INVALID_BODY if the body is not JSON; INVALID_REQUEST if it contains duplicate field names, deep
 *   nesting, `__proto__`, NUL characters, lone surrogates, or inexact integers; NUMBER_OUT_OF_RANGE
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw createBodyError('is empty', 'Send a JSON object');
  const text = decodeUtf8(bytes, 'Send the JSON text in UTF-8');
  const value = parseJson(text);
  throwFaults('NUMBER_OUT_OF_RANGE', checkNumberRange(value));
  throwFaults('INVALID_REQUEST', checkJsonValue(value));
  const pointer = findDuplicateName(text);
  if (pointer !== null)
    throwFaults('INVALID_REQUEST', [
      { pointer, fault: 'appears twice in the object', remedy: 'Remove one of the two fields' },
    ]);
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's message may quote a secret, so the error contains only the position.
    const message = error instanceof Error ? error.message : '';
    const place = /position \d+( \(line \d+ column \d+\))?/.exec(message)?.[0];
    const early = message.includes('end of JSON') ? 'ends too early' : 'contains an unexpected character';
    const where = place === undefined ? early : `has a syntax error at ${place}`;
    const remedy = 'Send JSON (RFC 8259) with field names in double quotes and without trailing commas';
    throw createBodyError(`is not JSON: it ${where}`, remedy);
  }
}

/** Reads the bytes of a body; a missing body has zero bytes. Throws BODY_TOO_LARGE above `maxBodyBytes` bytes. */
export async function readBodyWithin(c: Context<ApiEnv>, maxBodyBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const declaredBytes = Number(c.req.header('content-length') ?? 0);
  if (declaredBytes > maxBodyBytes) throw createSizeError(c, maxBodyBytes);
  const { body } = c.req.raw;
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBodyBytes) throw createSizeError(c, maxBodyBytes);
    chunks.push(chunk);
  }
  return concatChunks(chunks);
}

function createSizeError(c: Context<ApiEnv>, maxBodyBytes: number): AppError {
  // The rest of the body stays unread, so the connection cannot be reused.
  c.header('Connection', 'close');
  return new AppError('BODY_TOO_LARGE', `The body is larger than ${maxBodyBytes} bytes`, {
    faults: [{ pointer: '', fault: 'is too large', remedy: `Send at most ${maxBodyBytes} bytes` }],
  });
}

/** Returns the media type of an uncompressed UTF-8 body. Throws UNSUPPORTED_MEDIA_TYPE for any other body. */
export function checkContentType(c: Context<ApiEnv>, accepted: readonly string[]): string {
  const encoding = c.req.header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity')
    throw createMediaTypeError('content-encoding', 'is not supported', 'Send the body uncompressed');
  const [type = '', ...parameters] = (c.req.header('content-type') ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (!accepted.includes(type)) {
    const others = accepted.length > 1 ? `, or one of ${accepted.slice(1).join(', ')}` : '';
    const fault = type === '' ? 'is missing' : `is not ${accepted.join(' or ')}`;
    throw createMediaTypeError('content-type', fault, `Send "Content-Type: ${accepted[0]}"${others}`);
  }
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset !== undefined && !['utf-8', 'utf8', '"utf-8"'].includes(charset)) {
    const remedy = 'Send the body in UTF-8 (RFC 8259, section 8.1)';
    throw createMediaTypeError('content-type', 'specifies a charset other than UTF-8', remedy);
  }
  return type;
}

function createMediaTypeError(header: string, fault: string, remedy: string): AppError {
  const faults = [{ pointer: `header:${header}`, fault, remedy }];
  return new AppError('UNSUPPORTED_MEDIA_TYPE', `${header} ${fault}`, { faults });
}

/** Decodes UTF-8. If a byte is invalid, throws an error with the given remedy. `ignoreBOM` keeps a byte order mark. */
export function decodeUtf8(
  bytes: Uint8Array,
  remedy: string,
  { fault = 'is not UTF-8', pointer = '', ignoreBOM = false } = {},
): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM }).decode(bytes);
  } catch (cause) {
    throw createBodyError(fault, remedy, { pointer, cause });
  }
}

/** Creates the error for a malformed body. By default, its pointer refers to the whole body. */
export function createBodyError(
  fault: string,
  remedy: string,
  { pointer = '', cause }: { pointer?: string; cause?: unknown } = {},
): AppError {
  return new AppError('INVALID_BODY', `The body ${fault}`, { faults: [{ pointer, fault, remedy }], cause });
}
