import { z } from 'zod';
import { llmperfRecordSchema, llmperfSummarySchema, maxImportedStages } from '../../../shared/sample/imported.ts';
import { pricingSchema } from '../../../shared/spec/pricing.ts';
import { targetSchema } from '../../../shared/spec/target.ts';

const fileText = z.string().min(2).describe('Text of the file, for files that contain NaN, which JSON does not allow');

const resultSchema = z.strictObject({
  summary: z
    .union([llmperfSummarySchema, fileText])
    .optional()
    .describe('Content of `*_summary.json`, or of an LLMPerf v1 summary'),
  individualResponses: z
    .union([z.array(llmperfRecordSchema), z.record(z.string(), z.json()), fileText])
    .optional()
    .describe('Content of `*_individual_responses.json`, or of an LLMPerf v1 `*_raw.json` (an object of columns)'),
  targetId: targetSchema.shape.id
    .unwrap()
    .optional()
    .describe('Id of the target. Default: `framework` and `model_size` of the summary, or the model name'),
  model: targetSchema.shape.model.optional().describe('Model, if the summary does not contain it'),
  concurrency: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Number of concurrent requests, if the summary does not contain it'),
  pricing: pricingSchema.optional().describe('Prices for the cost of the target. The first pair of a target counts'),
});

export const importBodySchema = z
  .strictObject({
    name: z.string().min(1).max(200).optional(),
    metadata: z.record(z.string().min(1).max(100), z.string().max(1_000)).default({}),
    results: z
      .array(resultSchema)
      .min(1)
      .max(maxImportedStages)
      .describe(
        'One entry per LLMPerf load test, with one or both of its files. Entries of the same target become its stages',
      ),
  })
  .meta({
    id: 'ImportInput',
    description: 'LLMPerf result files',
    examples: [
      {
        name: 'leaderboard, December 2023',
        results: [
          {
            targetId: 'anyscale-7b',
            summary: {
              model: 'meta-llama/Llama-2-7b-chat-hf',
              num_concurrent_requests: 5,
              results_num_requests_started: 2,
              results_num_completed_requests_per_min: 78.8,
            },
            individualResponses: [
              {
                error_code: null,
                error_msg: '',
                ttft_s: 0.2,
                end_to_end_latency_s: 2.9,
                inter_token_latency_s: 0.0192,
                request_output_throughput_token_per_s: 52.1,
                number_total_tokens: 701,
                number_output_tokens: 151,
                number_input_tokens: 550,
              },
              {
                error_code: 429,
                error_msg: '',
                ttft_s: 0,
                end_to_end_latency_s: 0,
                inter_token_latency_s: 0,
                request_output_throughput_token_per_s: 0,
                number_total_tokens: 551,
                number_output_tokens: 1,
                number_input_tokens: 550,
              },
            ],
          },
        ],
      },
    ],
  });

/** Documents the form. The API detects file types from the content, and pairs from the file names. */
export const importFormSchema = z
  .object({
    files: z
      .array(z.string())
      .describe('LLMPerf files, any number of pairs. To set the target id, use it as the field name'),
    name: z.string().optional().describe('Name of the run'),
  })
  .meta({ id: 'ImportForm' });
