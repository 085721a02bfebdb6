import type { z } from 'zod';
import type { ErrorCode } from '../../../../shared/errors/app-error.ts';
import { refuse } from '../../../../shared/errors/refuse.ts';
import { explainIssues, type IssuePlace } from './explain-issues.ts';

/**
 * Returns a part of a request as its schema gives it.
 * @throws AppError of the code, with a fault and a remedy for each thing wrong
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
  throw new Error('A schema refused a request without an issue');
}
