import { z } from 'zod';

const wordsSchema = z.object({ fault: z.string(), remedy: z.string() });
type Words = z.infer<typeof wordsSchema>;

/** Options of a schema rule: the words that API errors show, and the message for all other errors. */
export type SchemaRule = { message: string; params: Words };

export function describeRule(fault: string, remedy: string, message = `${fault}. ${remedy}`): SchemaRule {
  return { message, params: { fault, remedy } };
}

/** Describes the rule that a value must have this form. */
export function requireForm(form: string): SchemaRule {
  return describeRule(`must be ${form}`, `Use ${form}`, `must be ${form}`);
}

/** Describes a rule by a suggestion only, because the form is long. */
export function suggestForm(form: string): SchemaRule {
  return describeRule('does not have the required format', `Use ${form}`, `use ${form}`);
}

/** Returns the words of the rule that a value breaks, or null if the rule has none. */
export function readRule({ params }: { params?: unknown }): Words | null {
  return wordsSchema.safeParse(params).data ?? null;
}

/** Creates the schema of a text with a pattern, which JSON schemas show. @param schema further rules for the text */
export function matchText(pattern: RegExp, rule: SchemaRule, schema = z.string()): z.ZodString {
  return schema.refine((text) => pattern.test(text), rule).meta({ pattern: pattern.source });
}
