import { z } from 'zod';

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);

const statementSchema = z.object({
  Effect: z.literal('Allow'),
  Action: texts,
  Condition: z.record(z.string(), z.record(z.string(), texts)).default({}),
});

const roleSchema = z.object({
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(z.unknown()) }) })),
});

export type PolicyCall = { action: string; values: Readonly<Record<string, readonly string[]>> };

/**
 * Returns whether the inline policies of a role allow a call, as IAM evaluates their actions and conditions. Throws an
 * error for an element that it does not know, so that a new kind of condition is not taken for a match.
 * @param values values of each condition key of the call
 */
export function isAllowedByRole(role: unknown, { action, values }: PolicyCall): boolean {
  const statements = roleSchema.parse(role).Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return statements.some((each) => {
    const { Action, Condition } = statementSchema.parse(each);
    if (!Action.includes(action)) return false;
    return Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, allowed]) => isMatch(operator, values[key] ?? [], allowed)),
    );
  });
}

function isMatch(operator: string, values: readonly string[], allowed: readonly string[]): boolean {
  if (operator === 'ForAnyValue:StringEquals') return values.some((value) => allowed.includes(value));
  if (operator === 'ForAllValues:StringEquals') return values.every((value) => allowed.includes(value));
  throw new Error(`Unknown condition operator ${operator}`);
}
