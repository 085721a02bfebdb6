import { z } from 'zod';
import { reportSchema } from '../../../shared/report/model/report.ts';
import { chartNames } from '../../../shared/report/render/charts/charts.ts';
import { llmperfRecordSchema, llmperfSummarySchema } from '../../../shared/sample/imported.ts';
import { buildFormatSchema } from '../http/choose-format.ts';
import { llmperfTypes } from './answer-llmperf.ts';

/** Maps the formats of a report to media types. */
export const reportFormats = {
  json: 'application/json',
  text: 'text/plain',
  csv: 'text/csv',
  md: 'text/markdown',
  html: 'text/html',
  ...llmperfTypes,
} as const;

export const reportQuerySchema = z.strictObject({
  format: buildFormatSchema(reportFormats),
  stageIndex: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe(
      'Stage to export in an LLMPerf format. Default: all stages for llmperf, the only stage for a single file',
    ),
});

export const reportContent = {
  [reportFormats.json]: { schema: reportSchema },
  [reportFormats.text]: { schema: z.string() },
  [reportFormats.csv]: { schema: z.string() },
  [reportFormats.md]: { schema: z.string() },
  [reportFormats.html]: { schema: z.string() },
  [llmperfTypes.llmperf]: { schema: z.string().meta({ format: 'binary' }) },
  [llmperfTypes['llmperf-summary']]: { schema: llmperfSummarySchema },
  [llmperfTypes['llmperf-individual']]: { schema: z.array(llmperfRecordSchema).meta({ id: 'LlmperfRecords' }) },
};

export const chartFiles = chartNames.map((name) => `${name}.svg`);

export const chartFileSchema = z.string().describe('File name of the chart').meta({ enum: chartFiles });

export const chartQuerySchema = z.strictObject({
  theme: z.enum(['light', 'dark']).default('light').describe('Color theme of the background'),
});
