import { z } from 'zod';

/** What LLMPerf wrote of one request, field by field, under its own names and in its own units. */
export const llmperfRecordSchema = z
  .record(z.string(), z.json())
  .meta({ id: 'LlmperfRecord', description: 'One request, as LLMPerf writes it' });
export type LlmperfRecord = z.infer<typeof llmperfRecordSchema>;

/** What LLMPerf wrote of one run of its own, field by field. */
export const llmperfSummarySchema = z
  .record(z.string(), z.json())
  .meta({ id: 'LlmperfSummary', description: 'Statistics of one run of LLMPerf, as it writes them' });
export type LlmperfSummary = z.infer<typeof llmperfSummarySchema>;

/** v1 is LLMPerf of 2023 (`llmval.py`, `llmperf.py`); everything since December 2023 is v2. */
export const llmperfVersionSchema = z.enum(['v1', 'v2']);
export type LlmperfVersion = z.infer<typeof llmperfVersionSchema>;

const count = z.number().int().min(0);

/** One pair of result files: one target at one load level. */
export const importedStageSchema = z.object({
  targetIndex: count.describe('Position in `targets`'),
  concurrency: z.number().int().min(1).nullable().describe('Null where no summary says it'),
  requests: z.number().int().min(1),
  version: llmperfVersionSchema.default('v2').describe('Which LLMPerf wrote the files'),
  summary: llmperfSummarySchema.nullable().describe('The summary file as it came; null where there was none'),
  recordsSha256: z
    .string()
    .nullable()
    .describe('Of the individual responses, as canonical JSON, in hex; null where only the summary came'),
});
export type ImportedStage = z.infer<typeof importedStageSchema>;

/** Most pairs of files in one import, each a stage. */
export const maxImportedStages = 50;

/** As many requests at one time as a summary may tell of. */
export const maxImportedConcurrency = 100_000;

/** Where a run came from that was not measured here. */
export const importedSchema = z
  .object({
    tool: z.literal('llmperf'),
    stages: z.array(importedStageSchema).min(1).max(maxImportedStages),
  })
  .meta({ id: 'Imported', description: 'What was imported, in the order of the stages' });
export type Imported = z.infer<typeof importedSchema>;

/** The address of a target whose own is not recorded: of a domain that exists nowhere (RFC 2606). Never shown. */
export const unknownBaseUrl = 'https://unknown.invalid';
