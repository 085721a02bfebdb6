import { z } from 'zod';
import { type Fault, findFault } from '../../errors/app-error.ts';

export const promptTextSchema = z.string().min(1).max(1_000_000);

const promptMessageSchema = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
  content: promptTextSchema,
});

/** A prompt as it is given, inline or as a line of a dataset: either as one text or as messages. */
export const givenPromptSchema = z.strictObject({
  prompt: promptTextSchema.optional().describe('Sent as one user message'),
  messages: z.array(promptMessageSchema).min(1).max(100).optional(),
  maxOutputTokens: z.number().int().min(1).max(100_000).optional(),
});
export type GivenPrompt = z.infer<typeof givenPromptSchema>;

/** Returns the fault of a prompt that is not given in exactly one of the two forms. */
export function checkPromptForm(entry: { prompt?: unknown; messages?: unknown }, pointer: string): Fault[] {
  const given = Number(entry.prompt !== undefined) + Number(entry.messages !== undefined);
  return findFault(given !== 1, {
    pointer,
    fault: given === 0 ? 'has neither prompt nor messages' : 'has both prompt and messages',
    remedy: 'Give exactly one: {"prompt": "…"} or {"messages": [{"role": "user", "content": "…"}]}',
  });
}
