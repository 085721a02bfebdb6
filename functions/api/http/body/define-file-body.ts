import type { Context } from 'hono';
import type { z } from 'zod';
import type { ApiEnv, Body, Content } from '../operation.ts';
import { checkContentType, createBodyError, decodeUtf8 } from './define-json-body.ts';

/** One field of a form, as text. `fileName` is null if the field is not a file. */
export type FormPart = { field: string; fileName: string | null; text: string };

const maxParts = 200;

/** Accepts a form with files (RFC 7578). The handler validates the contents. */
export function defineFormBody(form: z.ZodType): Body<FormPart[]> {
  return defineFileBody({ 'multipart/form-data': { schema: form } }, [], readParts);
}

/**
 * Accepts a file of any content.
 * @param otherTypes media types that a client may send instead of the one in the contract
 */
export function defineBytesBody(
  content: Content,
  otherTypes: readonly string[],
): Body<{ type: string; bytes: Uint8Array<ArrayBuffer> }> {
  return defineFileBody(content, otherTypes, async (_, bytes, type) => ({ type, bytes }));
}

function defineFileBody<Value>(
  content: Content,
  otherTypes: readonly string[],
  parse: (c: Context<ApiEnv>, bytes: Uint8Array<ArrayBuffer>, type: string) => Promise<Value>,
): Body<Value> {
  return {
    required: true,
    content,
    faultCode: 'INVALID_REQUEST',
    parse: async (c, bytes) => {
      const body = await parse(c, bytes, checkContentType(c, [...Object.keys(content), ...otherTypes]));
      return { check: () => body };
    },
  };
}

async function readParts(c: Context<ApiEnv>, bytes: Uint8Array<ArrayBuffer>): Promise<FormPart[]> {
  const parts: FormPart[] = [];
  for (const [field, value] of await parseForm(c, bytes)) {
    if (parts.length >= maxParts) throw createBodyError(`has more than ${maxParts} parts`, 'Send fewer files at once');
    if (typeof value === 'string') parts.push({ field, fileName: null, text: value });
    else {
      const fault = { fault: 'has a file that is not UTF-8', pointer: `form:${field}` };
      const text = decodeUtf8(new Uint8Array(await value.arrayBuffer()), 'Send JSON files in UTF-8', fault);
      parts.push({ field, fileName: value.name, text });
    }
  }
  return parts;
}

async function parseForm(c: Context<ApiEnv>, body: Uint8Array<ArrayBuffer>): Promise<FormData> {
  // The parser needs the original header, because the boundary in it is case-sensitive.
  const headers = { 'content-type': c.req.header('content-type') ?? '' };
  try {
    return await new Response(body, { headers }).formData();
  } catch (cause) {
    const remedy = 'Let your HTTP client build the form, for example with curl -F';
    throw createBodyError(
      'is not a valid form, or its boundary differs from the one in the Content-Type header',
      remedy,
      {
        cause,
      },
    );
  }
}
