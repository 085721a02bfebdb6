import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { refuse } from '../../../shared/errors/refuse.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import { type Report, reportSchema } from '../../../shared/report/model/report.ts';
import { renderReportCsv } from '../../../shared/report/render/csv/render-report-csv.ts';
import { renderMarkdown } from '../../../shared/report/render/markdown/render-markdown.ts';
import { renderTable } from '../../../shared/report/render/render-table.ts';
import { llmperfRecordSchema, llmperfSummarySchema } from '../../../shared/sample/imported.ts';
import { chooseMediaType } from '../http/choose-media-type.ts';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { answerHtml } from './answer-html.ts';
import { answerLlmperf, isLlmperfFormat, llmperfTypes } from './answer-llmperf.ts';
import { getReport } from './get-report.ts';

const typeOfFormat = {
  json: 'application/json',
  text: 'text/plain',
  csv: 'text/csv',
  md: 'text/markdown',
  html: 'text/html',
  ...llmperfTypes,
} as const;
type Format = keyof typeof typeOfFormat;
const formats = Object.keys(typeOfFormat) as Format[]; // the keys of a literal object are exactly its formats

/** Formats that are made of the report alone. */
const renderers: Record<'text' | 'csv' | 'md', { type: string; render(report: Report): string }> = {
  text: { type: 'text/plain; charset=UTF-8', render: renderTable },
  csv: { type: 'text/csv; charset=utf-8; header=present', render: renderReportCsv },
  md: { type: 'text/markdown; charset=utf-8', render: renderMarkdown },
};

const llmperfRecordsSchema = z.array(llmperfRecordSchema).meta({ id: 'LlmperfRecords' });

const route = createRoute({
  method: 'get',
  path: '/v1/runs/{runId}/report',
  operationId: 'getReport',
  tags: ['Results'],
  summary: 'The report of a run',
  description:
    'JSON; a plain table for a terminal; CSV of one number a row; Markdown; an HTML page with charts that stands alone (docs/reports.md); or the two files that LLMPerf would have written of each stage, as a ZIP archive or one by one (docs/llmperf.md). Every number says how it was measured and over how many requests.',
  request: {
    params: z.object(idParam('runId', 'run')),
    query: z.strictObject({
      format: z.enum(formats).optional().describe('Wins over the Accept header'),
      stageIndex: z.coerce
        .number()
        .int()
        .min(0)
        .optional()
        .describe(
          'Of the formats of LLMPerf alone: this stage; for llmperf all, for a single file the only one, if left out',
        ),
    }),
  },
  responses: {
    200: {
      description: 'The report',
      content: {
        'application/json': { schema: reportSchema },
        'text/plain': { schema: z.string() },
        'text/csv': { schema: z.string() },
        'text/markdown': { schema: z.string() },
        'text/html': { schema: z.string() },
        [llmperfTypes.llmperf]: { schema: z.string().meta({ format: 'binary' }) },
        [llmperfTypes['llmperf-summary']]: { schema: llmperfSummarySchema },
        [llmperfTypes['llmperf-individual']]: { schema: llmperfRecordsSchema },
      },
    },
  },
});

export const getReportEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  errors: ['REPORT_NOT_READY'],
  handle: async (c, { deps }) => {
    const { stageIndex, format: asked } = c.req.valid('query');
    const { runId } = c.req.valid('param');
    const format = asked ?? formatOf(c.req.header('accept'));
    c.header('Vary', 'Accept');
    if (isLlmperfFormat(format)) return answerLlmperf(c, deps, { runId, stageIndex: stageIndex ?? null, format });
    if (stageIndex !== undefined)
      refuse('INVALID_REQUEST', [
        { pointer: '?stageIndex', fault: 'is taken for the formats of LLMPerf alone', remedy: 'Leave it out' },
      ]);
    const json = await getReport(deps, c.get('principal'), runId);
    if (format === 'json') return c.body(json, 200, { 'Content-Type': 'application/json' });
    const report = readReport(json);
    if (format === 'html') return answerHtml(c, deps, report);
    const { type, render } = renderers[format];
    return c.body(render(report), 200, { 'Content-Type': type });
  },
});

function formatOf(accept: string | undefined): Format {
  const type = chooseMediaType(accept, Object.values(typeOfFormat));
  return formats.find((format) => typeOfFormat[format] === type) ?? 'json';
}
