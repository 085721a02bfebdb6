import type { z } from 'zod';
import type { ErrorCode } from '../../../../shared/errors/app-error.ts';
import { checkBySchema } from '../faults/check-by-schema.ts';
import type { Body } from '../operation.ts';
import { parseJsonBody } from './parse-json-body.ts';
import { checkContentType, readBodyWithin } from './read-body.ts';

/**
 * Accepts a JSON body and checks it against the schema.
 * @param options.required whether a body is required; otherwise, a missing body counts as `{}`
 */
export function jsonBody<Schema extends z.ZodType>(
  schema: Schema,
  { required = true, faultCode = 'INVALID_REQUEST' }: { required?: boolean; faultCode?: ErrorCode } = {},
): Body<z.output<Schema>> {
  return {
    required,
    content: { 'application/json': { schema } },
    faultCode,
    read: async (c, maxBodyBytes) => {
      const bytes = await readBodyWithin(c, maxBodyBytes);
      const isGiven = required || bytes.length > 0;
      if (isGiven) checkContentType(c, ['application/json']);
      const value = isGiven ? parseJsonBody(bytes).value : {};
      return { check: () => checkBySchema(schema, value, 'body', faultCode) };
    },
  };
}
