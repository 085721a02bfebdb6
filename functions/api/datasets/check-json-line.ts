import type { z } from 'zod';
import { AppError, type Fault } from '../../../shared/errors/app-error.ts';
import { explainIssues } from '../http/faults/explain-issues.ts';
import { parseJsonBody } from '../http/json/parse-json-body.ts';

/** The value of a line of JSON as its schema gives it; or what is wrong with it, with pointers from the line's root. */
export function checkJsonLine<Schema extends z.ZodType>(
  line: string,
  schemaOf: (value: unknown) => Schema,
): { value: z.output<Schema> } | { faults: Fault[] } {
  const parsed = parseLine(line);
  if ('faults' in parsed) return parsed;
  const schema = schemaOf(parsed.value);
  const checked = schema.safeParse(parsed.value);
  return checked.success
    ? { value: checked.data }
    : { faults: explainIssues(checked.error.issues, schema, parsed.value, 'body') };
}

function parseLine(line: string): { faults: Fault[] } | { value: unknown } {
  try {
    return { value: parseJsonBody(Buffer.from(line)).value };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { faults: [...error.faults] };
  }
}
