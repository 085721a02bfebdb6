import type { z } from 'zod';
import { type ErrorCode, refuse } from '../../../../shared/errors/app-error.ts';
import { checkBySchema } from '../faults/check-by-schema.ts';
import type { Body } from '../operation.ts';
import { checkJsonValue, findDuplicateName } from './check-json-value.ts';
import { checkContentType, decodeUtf8, invalidBody, readBodyWithin } from './read-body.ts';

/** Accepts a JSON body and validates it with the schema. If the body is optional, a missing body is read as `{}`. */
export function jsonBody<Schema extends z.ZodType>(
  schema: Schema,
  { required = true, faultCode = 'INVALID_REQUEST' }: { required?: boolean; faultCode?: ErrorCode } = {},
): Body<z.output<Schema>> {
  const content = { 'application/json': { schema } };
  return {
    required,
    content,
    faultCode,
    read: async (c, maxBodyBytes) => {
      const bytes = await readBodyWithin(c, maxBodyBytes);
      const isGiven = required || bytes.length > 0;
      if (isGiven) checkContentType(c, Object.keys(content));
      const value = isGiven ? parseJsonBody(bytes) : {};
      return { check: () => checkBySchema(schema, value, 'body', faultCode) };
    },
  };
}

/**
 * Parses a JSON body.
 * @throws AppError INVALID_BODY if it is not JSON; INVALID_REQUEST if it is ambiguous or cannot be stored: duplicate
 *   names, deep nesting, `__proto__`, NUL characters, lone surrogates, or numbers too large for a double
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw invalidBody('is empty', 'Send a JSON object');
  const text = decodeUtf8(bytes, 'Send the JSON text in UTF-8');
  const value = parseJson(text);
  refuse('INVALID_REQUEST', checkJsonValue(value));
  const pointer = findDuplicateName(text);
  if (pointer !== null)
    refuse('INVALID_REQUEST', [
      { pointer, fault: 'appears twice in the object', remedy: 'Remove one of the two fields' },
    ]);
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's message may quote a secret, so only the position in it is used.
    const message = error instanceof Error ? error.message : '';
    const place = /position \d+( \(line \d+ column \d+\))?/.exec(message)?.[0];
    const early = message.includes('end of JSON') ? 'ends too early' : 'contains an unexpected character';
    const where = place === undefined ? early : `has a syntax error at ${place}`;
    const remedy = 'Send JSON (RFC 8259) with field names in double quotes and without trailing commas';
    throw invalidBody(`is not JSON: it ${where}`, remedy);
  }
}
