import { z } from 'zod';

const wordsSchema = z.object({ fault: z.string(), remedy: z.string() });
type Words = z.infer<typeof wordsSchema>;

/** Options of a schema rule: the texts that API errors show (`params`), and the message for all other errors. */
export type SchemaRule = { message: string; params: Words };

export function describeRule(fault: string, remedy: string, message = `${fault}. ${remedy}`): SchemaRule {
  return { message, params: { fault, remedy } };
}

/** Builds the texts of a rule with a short form: "must be …" and "Use …". */
export function requireForm(form: string): SchemaRule {
  return describeRule(`must be ${form}`, `Use ${form}`, `must be ${form}`);
}

/** Builds the texts of a rule whose valid form takes many words. Only the remedy ("Use …") describes the form. */
export function suggestForm(form: string): SchemaRule {
  return describeRule('does not have the required format', `Use ${form}`, `use ${form}`);
}

/** Returns the texts for an API error from a schema issue, or null if its rule has none. */
export function readRule({ params }: { params?: unknown }): Words | null {
  return wordsSchema.safeParse(params).data ?? null;
}

/** Creates the schema of a text that matches a pattern, which the JSON schema includes. @param schema its other rules */
export function matchText(pattern: RegExp, rule: SchemaRule, schema = z.string()): z.ZodString {
  return schema.refine((text) => pattern.test(text), rule).meta({ pattern: pattern.source });
}
