import type { z } from 'zod';
import { AppError, type Fault } from '../../../shared/errors/app-error.ts';
import { parseJsonBody } from '../http/body/parse-json-body.ts';
import { checkBySchema } from '../http/faults/check-by-schema.ts';

/** Parses a line of JSON with its schema. Returns the value, or faults with pointers from the root of the line. */
export function checkJsonLine<Schema extends z.ZodType>(
  line: string,
  chooseSchema: (value: unknown) => Schema,
): { value: z.output<Schema> } | { faults: Fault[] } {
  try {
    const { value } = parseJsonBody(Buffer.from(line));
    return { value: checkBySchema(chooseSchema(value), value, 'body') };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { faults: error.faults };
  }
}
