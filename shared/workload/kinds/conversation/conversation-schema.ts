import { z } from 'zod';
import { promptTextSchema } from '../../datasets/given-prompt.ts';
import { tokenDistributionSchema } from '../../distributions/token-distribution.ts';

const turnCount = z.number().int().min(1).max(50);

export const conversationSchema = z.strictObject({
  kind: z.literal('conversation'),
  turns: z
    .discriminatedUnion('distribution', [
      z.strictObject({ distribution: z.literal('fixed'), value: turnCount }),
      z.strictObject({ distribution: z.literal('uniform'), min: turnCount, max: turnCount }),
      z.strictObject({
        distribution: z.literal('empirical'),
        values: z.array(turnCount).min(1).max(1_000).describe('Drawn with equal chance, or by weight'),
        weights: z.array(z.number().min(0)).max(1_000).optional().describe('One per value'),
      }),
    ])
    .default({ distribution: 'fixed', value: 4 })
    .describe('Turns of a conversation; each turn is a request'),
  history: z
    .enum(['scripted', 'live'])
    .default('scripted')
    .describe(
      "scripted: earlier answers in a prompt are written ahead from the corpus, of the drawn sizes; live: they are the model's own, so prompts after the first differ between targets and runs",
    ),
  conversationsAtOnce: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(64)
    .describe(
      'Of scripted ones, so many take turns, each followed by another: a turn is asked so many requests after the one before it. Of live ones there is one to each stream',
    ),
  system: promptTextSchema.max(100_000).optional().describe('System message of every conversation'),
  inputTokens: tokenDistributionSchema
    .default({ distribution: 'normal', mean: 200, stddev: 50 })
    .describe('Of what the user says in one turn, by the Llama 2 tokenizer'),
  outputTokens: tokenDistributionSchema
    .default({ distribution: 'normal', mean: 100, stddev: 20 })
    .describe('Of one answer: asked for, set as the output limit, and the size of the scripted answer in later turns'),
  checksum: z.boolean().default(true).describe('Ask for a number, given in words, in each turn'),
  cache: z
    .enum(['cold', 'warm'])
    .default('cold')
    .describe(
      'cold: each conversation starts with words of its own; its turns share their beginning with one another alone',
    ),
});
export type ConversationWorkload = z.infer<typeof conversationSchema>;
