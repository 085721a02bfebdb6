import { z } from 'zod';
import { integerSchema } from '../../../number-schema.ts';
import { promptTextSchema } from '../../datasets/given-prompt.ts';
import { tokenDistributionSchema } from '../../distributions/token-distribution.ts';
import { buildCacheSchema } from '../../parts/lines-task.ts';

const turnCount = integerSchema(1, 50);

export const conversationSchema = z.strictObject({
  kind: z.literal('conversation'),
  turns: z
    .discriminatedUnion('distribution', [
      z.strictObject({ distribution: z.literal('fixed'), value: turnCount }),
      z.strictObject({ distribution: z.literal('uniform'), min: turnCount, max: turnCount }),
      z.strictObject({
        distribution: z.literal('empirical'),
        values: z.array(turnCount).min(1).max(1_000).describe('Turn counts to draw from'),
        weights: z
          .array(z.number().min(0))
          .max(1_000)
          .optional()
          .describe('Weight of each value. Default: equal weights'),
      }),
    ])
    .meta({ id: 'TurnDistribution' })
    .default({ distribution: 'fixed', value: 4 })
    .describe('Number of turns of a conversation. Each turn is one request'),
  history: z
    .enum(['scripted', 'live'])
    .meta({ id: 'History' })
    .default('scripted')
    .describe(
      "scripted: earlier answers in a prompt are prewritten from the corpus with the drawn sizes. live: they are the model's own answers, so prompts after the first turn differ between targets and runs",
    ),
  conversationsAtOnce: integerSchema(1, 10_000)
    .default(64)
    .describe(
      'Number of scripted conversations that alternate. The next turn of a conversation follows after this many requests. Ignored for live conversations: each stream has one',
    ),
  system: promptTextSchema.max(100_000).optional().describe('System message of every conversation'),
  inputTokens: tokenDistributionSchema
    .default({ distribution: 'normal', mean: 200, stddev: 50 })
    .describe('Input tokens of one user message by the Llama 2 tokenizer'),
  outputTokens: tokenDistributionSchema
    .default({ distribution: 'normal', mean: 100, stddev: 20 })
    .describe(
      'Requested output tokens of one answer, its output limit, and the size of the scripted answer in later turns',
    ),
  checksum: z.boolean().default(true).describe('Whether each turn also requests a number, given in words'),
  cache: buildCacheSchema(
    'cold: each conversation starts with unique words, so only its own turns share a prefix. warm: conversations can share a prefix',
  ),
});
export type ConversationWorkload = z.infer<typeof conversationSchema>;
