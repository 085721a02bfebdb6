import { z } from 'zod';

const list = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const conditionsSchema = z.record(z.string(), z.record(z.string(), z.unknown())).default({});
const statementSchema = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.record(z.string(), z.unknown())]),
  Action: list,
  Condition: conditionsSchema,
});
const documentSchema = z.object({ Statement: z.array(statementSchema) });

export type PolicyRequest = { service: string; action: string; context: Record<string, string> };

/**
 * Returns whether a resource's policy allows the request of an AWS service. A service has no policy of its own in the account,
 * so a statement must allow it, and none may deny it. References of the template are compared by their text.
 */
export function isAllowedByPolicy(document: unknown, { service, action, context }: PolicyRequest): boolean {
  const { Statement } = documentSchema.parse(document);
  const applies = Statement.filter(({ Principal, Action, Condition }) => {
    const isForAll = Principal === '*' || Principal['AWS'] === '*';
    const isForService = Principal !== '*' && [Principal['Service']].flat().includes(service);
    return (isForAll || isForService) && Action.includes(action) && meetsConditions(Condition, context);
  });
  return applies.some(({ Effect }) => Effect === 'Allow') && !applies.some(({ Effect }) => Effect === 'Deny');
}

function meetsConditions(conditions: z.infer<typeof conditionsSchema>, context: Record<string, string>): boolean {
  return Object.entries(conditions).every(([operator, keys]) => {
    if (operator !== 'StringEquals' && operator !== 'Bool') throw new Error(`Unsupported condition: ${operator}`);
    return Object.entries(keys).every(([key, value]) => context[key] === toText(value));
  });
}

const toText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
