import type { z } from 'zod';
import type { ErrorCode } from '../../../../shared/errors/app-error.ts';
import { refuse } from '../../../../shared/errors/refuse.ts';
import { explainIssues, type IssuePlace } from './explain-issues.ts';

/**
 * Parses a part of a request with its schema.
 * @throws AppError with the code and all faults
 */
export function checkBySchema<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: IssuePlace,
  faultCode: ErrorCode = 'INVALID_REQUEST',
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  refuse(faultCode, explainIssues(parsed.error.issues, schema, value, place));
  throw new Error('A schema rejected a request without an issue');
}
