import type { z } from 'zod';

/** The `content` of a JSON body or answer in a route. */
export function jsonContent<T extends z.ZodType>(schema: T) {
  return { 'application/json': { schema } };
}
