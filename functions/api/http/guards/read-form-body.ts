import type { Context, MiddlewareHandler } from 'hono';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { ApiEnv, FormPart } from '../api-env.ts';
import { parseJsonBody } from '../json/parse-json-body.ts';
import { checkContentType } from './check-content-type.ts';
import { readBodyWithin } from './read-body-within.ts';

const maxParts = 200;

/** Reads a body that is a form with files (RFC 7578) or JSON, within the size limit, and leaves it for the handler. */
export function readFormBody(maxBodyBytes: number): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const bytes = await readBodyWithin(c, maxBodyBytes);
    const type = checkContentType(c, ['application/json', 'multipart/form-data']);
    if (type === 'application/json') c.set('formBody', { kind: 'json', value: parseJsonBody(bytes).value });
    else c.set('formBody', { kind: 'form', parts: await readParts(c, bytes) });
    await next();
  };
}

async function readParts(c: Context<ApiEnv>, bytes: Uint8Array<ArrayBuffer>): Promise<FormPart[]> {
  const parts: FormPart[] = [];
  for (const [field, value] of await parseForm(c, bytes)) {
    if (parts.length >= maxParts) throw invalidForm(`has more than ${maxParts} parts`, 'Send fewer files at once');
    if (typeof value === 'string') parts.push({ field, fileName: null, text: value });
    else parts.push({ field, fileName: value.name, text: decode(new Uint8Array(await value.arrayBuffer()), field) });
  }
  return parts;
}

async function parseForm(c: Context<ApiEnv>, body: Uint8Array<ArrayBuffer>): Promise<FormData> {
  // The boundary stands in the header, in the case in which it was sent.
  const headers = { 'content-type': c.req.header('content-type') ?? '' };
  try {
    return await new Response(body, { headers }).formData();
  } catch (cause) {
    throw invalidForm(
      'is no form of the boundary that its Content-Type names',
      'Let the client build it (curl -F)',
      cause,
    );
  }
}

function decode(bytes: Uint8Array, field: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalidForm('has a file that is not UTF-8', 'Send JSON files in UTF-8', cause, `form:${field}`);
  }
}

function invalidForm(fault: string, remedy: string, cause?: unknown, pointer = ''): AppError {
  return new AppError('INVALID_BODY', `The body ${fault}`, { faults: [{ pointer, fault, remedy }], cause });
}
