import type { Context } from 'hono';
import type { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error.ts';
import type { ApiEnv } from '../api-env.ts';
import type { Body } from '../operation.ts';
import { parseJsonBody } from './parse-json-body.ts';
import { checkContentType, readBodyWithin } from './read-body.ts';

/** One field of a form as text. `fileName` is null if the field is not a file. */
export type FormPart = { field: string; fileName: string | null; text: string };

/** A form, or the JSON value that was sent instead. */
export type FormBody = { kind: 'form'; parts: FormPart[] } | { kind: 'json'; value: unknown };

const maxParts = 200;

/** Accepts a form with files (RFC 7578) or JSON. The handler checks the content. */
export function formBody(json: z.ZodType, form: z.ZodType): Body<FormBody> {
  const content = { 'application/json': { schema: json }, 'multipart/form-data': { schema: form } };
  return {
    required: true,
    content,
    faultCode: 'INVALID_REQUEST',
    read: async (c, maxBodyBytes) => {
      const bytes = await readBodyWithin(c, maxBodyBytes);
      const type = checkContentType(c, Object.keys(content));
      const body: FormBody =
        type === 'application/json'
          ? { kind: 'json', value: parseJsonBody(bytes).value }
          : { kind: 'form', parts: await readParts(c, bytes) };
      return { check: () => body };
    },
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
  // The original header contains the case-sensitive boundary.
  const headers = { 'content-type': c.req.header('content-type') ?? '' };
  try {
    return await new Response(body, { headers }).formData();
  } catch (cause) {
    throw invalidForm(
      'is not a form with the boundary in its Content-Type',
      'Let the HTTP client build the form (curl -F)',
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
