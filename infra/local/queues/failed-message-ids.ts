import { z } from 'zod';

const batchResponseSchema = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
});

/**
 * Which records of an invocation failed, by Lambda's rules: no answer, or none named, is success of all; an answer of
 * another form, or one that names a record that was not in the event, is failure of all.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedMessageIds(response: unknown, messageIds: readonly string[]): ReadonlySet<string> {
  if (response === null || response === undefined) return new Set();
  const parsed = batchResponseSchema.safeParse(response);
  const named = parsed.success ? (parsed.data.batchItemFailures ?? []).map((failure) => failure.itemIdentifier) : null;
  if (named === null || named.some((id) => !messageIds.includes(id))) return new Set(messageIds);
  return new Set(named);
}
