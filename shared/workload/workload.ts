import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { traceEntrySchema } from './datasets/trace-entry.ts';
import { maxTokenCount, tokenDistributionSchema } from './distributions/token-distribution.ts';

const defaultInputTokens = { distribution: 'normal', mean: 550, stddev: 150 } as const;
const defaultOutputTokens = { distribution: 'normal', mean: 150, stddev: 20 } as const;

const contentSha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex')
  .optional()
  .describe('Of the dataset, filled in when the run is created; if given, the dataset must have it');

const sonnetWorkloadSchema = z.strictObject({
  kind: z.literal('sonnet'),
  inputTokens: tokenDistributionSchema
    .default(defaultInputTokens)
    .describe('Of the whole prompt, by the Llama 2 tokenizer'),
  outputTokens: tokenDistributionSchema.default(defaultOutputTokens).describe('Asked for and set as the output limit'),
  checksum: z.boolean().default(true).describe('Ask for a number, given in words, before the lines'),
  cache: z
    .enum(['cold', 'warm'])
    .default('cold')
    .describe('cold: each prompt starts with words of its own, so that no prefix is shared'),
  corpusDatasetId: idSchema('dataset').optional().describe('Lines of your own, in place of the sonnets'),
  corpusSha256: contentSha256,
});

/** Of workloads whose prompts are sent as they stand unless asked otherwise; left out it means `warm`. */
const givenCache = z
  .enum(['cold', 'warm'])
  .optional()
  .describe(
    'warm (if left out): as they stand; cold: words of its own before each prompt, so that no prefix is shared',
  );

const numberWordsWorkloadSchema = z.strictObject({
  kind: z.literal('number-words'),
  min: z.number().int().min(0).max(999_999_999).default(0),
  max: z.number().int().min(0).max(999_999_999).default(10_000),
  maxOutputTokens: z.number().int().min(1).max(100_000).default(32),
  cache: givenCache,
});

const promptText = z.string().min(1).max(1_000_000);
const promptMessageSchema = z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: promptText });

/** A prompt as it is given, inline or as a line of a dataset: either as one text or as messages. */
export const givenPromptSchema = z.strictObject({
  prompt: promptText.optional().describe('Sent as one user message'),
  messages: z.array(promptMessageSchema).min(1).max(100).optional(),
  maxOutputTokens: z.number().int().min(1).max(100_000).optional(),
});

const promptsWorkloadSchema = z.strictObject({
  kind: z.literal('prompts'),
  prompts: z.array(givenPromptSchema).min(1).max(1_000).describe('Request i gets prompt i modulo their number'),
  maxOutputTokens: z.number().int().min(1).max(100_000).default(256).describe('For prompts that do not say'),
  cache: givenCache,
});

const datasetWorkloadSchema = z.strictObject({
  kind: z.literal('dataset'),
  datasetId: idSchema('dataset').describe('Of POST /v1/datasets; request i gets prompt i modulo their number'),
  datasetSha256: contentSha256,
  promptCount: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Filled in when the run is created; if given, the dataset must have as many'),
  maxOutputTokens: z.number().int().min(1).max(100_000).default(256).describe('For prompts that do not say'),
  cache: givenCache,
});

const corpusLines = z.number().int().min(1);

const llmperfV1WorkloadSchema = z.strictObject({
  kind: z.literal('llmperf-v1'),
  minLines: corpusLines.max(518).default(15).describe('As --min-lines'),
  maxLines: corpusLines.max(519).default(50).describe('As --max-lines: draws stay below it'),
  requestedLines: corpusLines.max(1_000).default(7).describe('As --req-lines'),
  digits: z.number().int().min(1).max(9).default(3).describe('As --num-digits'),
  maxOutputTokens: z.number().int().min(1).max(100_000).default(384).describe('As --max-tokens'),
});

const gaussSchema = z.strictObject({
  mean: z.number().positive().max(maxTokenCount),
  stddev: z.number().min(0).max(maxTokenCount),
});

const llmperfV2WorkloadSchema = z.strictObject({
  kind: z.literal('llmperf-v2'),
  inputTokens: gaussSchema
    .default({ mean: 550, stddev: 150 })
    .describe(
      'Target count with a BOS token: cut towards zero, drawn again below the preamble; the prompt comes out shorter',
    ),
  outputTokens: gaussSchema
    .default({ mean: 150, stddev: 80 })
    .describe('Cut towards zero, drawn again until positive; named in the prompt and set as the output limit'),
});

const turnCount = z.number().int().min(1).max(50);

const conversationWorkloadSchema = z.strictObject({
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
  system: promptText.max(100_000).optional().describe('System message of every conversation'),
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

const traceWorkloadSchema = z.strictObject({
  kind: z.literal('trace'),
  entries: z
    .array(traceEntrySchema)
    .min(1)
    .max(5_000)
    .optional()
    .describe('One per request: request i has the lengths of entry i modulo their number. Or give datasetId'),
  datasetId: idSchema('dataset')
    .optional()
    .describe('Of POST /v1/datasets?kind=trace: the entries, uploaded. Or give them as entries'),
  datasetSha256: contentSha256,
  entryCount: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Of the dataset, filled in when the run is created; if given, the dataset must have as many'),
  spanMs: z
    .number()
    .min(0)
    .optional()
    .describe('From the first entry of the dataset to its last, filled in when the run is created'),
  blockTokens: z
    .number()
    .int()
    .min(8)
    .max(maxTokenCount)
    .default(512)
    .describe('Input tokens that each of the hash_ids of a trace stands for'),
  checksum: z.boolean().default(false).describe('Ask for a number, given in words, before the lines'),
  cache: z
    .enum(['cold', 'warm'])
    .default('cold')
    .describe(
      'cold: each prompt starts with words of its own, so that no prefix is shared; warm: prompts begin alike as far as their hash_ids do',
    ),
});

/** What is asked; `docs/workloads.md` tells of each kind. */
export const workloadSchema = z.discriminatedUnion('kind', [
  sonnetWorkloadSchema,
  numberWordsWorkloadSchema,
  promptsWorkloadSchema,
  datasetWorkloadSchema,
  llmperfV1WorkloadSchema,
  llmperfV2WorkloadSchema,
  conversationWorkloadSchema,
  traceWorkloadSchema,
]);

/** The blog's workload. */
export const defaultWorkload = {
  kind: 'sonnet',
  inputTokens: defaultInputTokens,
  outputTokens: defaultOutputTokens,
  checksum: true,
  cache: 'cold',
} as const;
