import { z } from 'zod';

/** Schema of LLMPerf's record of one request, with LLMPerf's field names and units. */
export const llmperfRecordSchema = z
  .record(z.string(), z.json())
  .meta({ id: 'LlmperfRecord', description: 'The record of one request in the format of LLMPerf' });
export type LlmperfRecord = z.infer<typeof llmperfRecordSchema>;

/** Schema of LLMPerf's summary of one run, with LLMPerf's field names and units. */
export const llmperfSummarySchema = z
  .record(z.string(), z.json())
  .meta({ id: 'LlmperfSummary', description: 'The statistics of one run in the format of LLMPerf' });
export type LlmperfSummary = z.infer<typeof llmperfSummarySchema>;

/** LLMPerf versions: v1 is LLMPerf before December 2023 (`llmval.py`, `llmperf.py`); v2 is LLMPerf since then. */
export const llmperfVersionSchema = z.enum(['v1', 'v2']).meta({ id: 'StageVersion' });
export type LlmperfVersion = z.infer<typeof llmperfVersionSchema>;

const count = z.number().int().min(0);

/** One imported pair of LLMPerf result files. It contains the results of one target at one load level. */
export const importedStageSchema = z.object({
  targetIndex: count.describe('Position in `targets`'),
  concurrency: z.number().int().min(1).nullable().describe('Number of concurrent requests; null without a summary'),
  requests: z.number().int().min(1),
  version: llmperfVersionSchema.default('v2').describe('Version of LLMPerf that wrote the files'),
  summary: llmperfSummarySchema.nullable().describe('Content of the summary file; null without one'),
  recordsSha256: z
    .string()
    .nullable()
    .describe('SHA-256 of the individual responses as canonical JSON, in hex; null if only a summary was imported'),
  notes: z.array(z.string()).optional().describe('Fields and formulas of a fork'),
});
export type ImportedStage = z.infer<typeof importedStageSchema>;

/** Maximum number of file pairs in one import. Each pair becomes a stage. */
export const maxImportedStages = 50;

export const maxImportedConcurrency = 100_000;

export const importedSchema = z
  .object({
    tool: z.literal('llmperf'),
    stages: z.array(importedStageSchema).min(1).max(maxImportedStages),
  })
  .meta({ id: 'Imported', description: 'The imported files, in the order of the stages' });
export type Imported = z.infer<typeof importedSchema>;

/** Placeholder for an address that LLMPerf did not record. It is never shown. `.invalid` never resolves (RFC 2606). */
export const unknownBaseUrl = 'https://unknown.invalid';
