import { z } from 'zod';
import { type Fault, findFault } from '../../errors/app-error.ts';
import { integerSchema } from '../../number-schema.ts';

export const promptTextSchema = z.string().min(1).max(1_000_000);

const promptMessageSchema = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']).meta({ id: 'Role' }),
  content: promptTextSchema,
});

/** Schema of a user's own prompt, in the spec or as a line of a dataset: either a text or a list of messages. */
export const givenPromptSchema = z.strictObject({
  prompt: promptTextSchema.optional().describe('Text of one user message'),
  messages: z.array(promptMessageSchema).min(1).max(100).optional(),
  maxOutputTokens: integerSchema(1, 100_000).optional(),
});
export type GivenPrompt = z.infer<typeof givenPromptSchema>;

/** Checks that exactly one of `prompt` and `messages` is present. */
export function checkPromptForm(entry: { prompt?: unknown; messages?: unknown }, pointer: string): Fault[] {
  const given = Number(entry.prompt !== undefined) + Number(entry.messages !== undefined);
  return findFault(given !== 1, {
    pointer,
    fault: given === 0 ? 'has neither prompt nor messages' : 'has both prompt and messages',
    remedy:
      'Set either prompt or messages, not both: {"prompt": "…"} or {"messages": [{"role": "user", "content": "…"}]}',
  });
}
