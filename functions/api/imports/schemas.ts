import { z } from 'zod';
import { llmperfRecordSchema, llmperfSummarySchema, maxImportedStages } from '../../../shared/sample/imported.ts';
import { pricingSchema } from '../../../shared/spec/pricing.ts';
import { targetSchema } from '../../../shared/spec/target.ts';

const fileText = z.string().min(2).describe('The file as it is, where it holds NaN, which JSON has not');

const resultSchema = z.strictObject({
  summary: z
    .union([llmperfSummarySchema, fileText])
    .optional()
    .describe('Of `*_summary.json`, or of the summary of v1'),
  individualResponses: z
    .union([z.array(llmperfRecordSchema), z.record(z.string(), z.json()), fileText])
    .optional()
    .describe('Of `*_individual_responses.json`, or of `*_raw.json` of v1, an object of columns'),
  targetId: targetSchema.shape.id
    .unwrap()
    .optional()
    .describe('Names the target; by `framework` and `model_size` of the summary, or by its model, if left out'),
  model: targetSchema.shape.model.optional().describe('Where no summary says it'),
  concurrency: z.int().min(1).max(100_000).optional().describe('Where no summary says it'),
  pricing: pricingSchema.optional().describe('To reckon cost by; of the first pair of a target'),
});

export const importBodySchema = z
  .strictObject({
    name: z.string().min(1).max(200).optional(),
    metadata: z.record(z.string().min(1).max(100), z.string().max(1_000)).default({}),
    results: z
      .array(resultSchema)
      .min(1)
      .max(maxImportedStages)
      .describe('Each the two files of one run of LLMPerf, or one of them; those of one target become its stages'),
  })
  .meta({
    id: 'ImportInput',
    description: 'Result files of LLMPerf',
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

/** The form, as it is documented; which file is which is told by its content, and what belongs together by its name. */
export const importFormSchema = z
  .object({
    files: z
      .array(z.string())
      .describe('Files of LLMPerf, any number of pairs. A field of another name names the target'),
    name: z.string().optional().describe('Of the run'),
  })
  .meta({ id: 'ImportForm' });
