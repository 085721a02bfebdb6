import { z } from 'zod';
import { AppError, refuse } from '../../../shared/errors/app-error.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import { type Report, reportSchema } from '../../../shared/report/model/report.ts';
import { chartNames } from '../../../shared/report/render/charts/charts.ts';
import { renderCsv } from '../../../shared/report/render/csv/render-csv.ts';
import { reportContentSecurityPolicy } from '../../../shared/report/render/html/page-style.ts';
import { renderMarkdown } from '../../../shared/report/render/markdown/render-markdown.ts';
import { renderText } from '../../../shared/report/render/text/render-text.ts';
import { composePage, composeSummary } from '../../../shared/report/sections/compose-report.ts';
import { llmperfRecordSchema, llmperfSummarySchema } from '../../../shared/sample/imported.ts';
import { answerHtml } from '../http/answers.ts';
import { buildFormatSchema, chooseFormat } from '../http/choose-format.ts';
import { type Call, defineEndpoint } from '../http/define-endpoint.ts';
import { getManifest, getReport } from '../runs/get-run.ts';
import { answerLlmperf, isLlmperfFormat, llmperfTypes } from './export-llmperf.ts';

const reportFormats = {
  json: 'application/json',
  text: 'text/plain',
  csv: 'text/csv',
  md: 'text/markdown',
  html: 'text/html',
  ...llmperfTypes,
} as const;

const reportQuerySchema = z.strictObject({
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

const reportContent = {
  [reportFormats.json]: { schema: reportSchema },
  [reportFormats.text]: { schema: z.string() },
  [reportFormats.csv]: { schema: z.string() },
  [reportFormats.md]: { schema: z.string() },
  [reportFormats.html]: { schema: z.string() },
  [llmperfTypes.llmperf]: { schema: z.string().meta({ format: 'binary' }) },
  [llmperfTypes['llmperf-summary']]: { schema: llmperfSummarySchema },
  [llmperfTypes['llmperf-individual']]: { schema: z.array(llmperfRecordSchema).meta({ id: 'LlmperfRecords' }) },
};

const chartFiles = chartNames.map((name) => `${name}.svg`);
const chartFileSchema = z.string().describe('File name of the chart').meta({ enum: chartFiles });
const chartQuerySchema = z.strictObject({
  theme: z.enum(['light', 'dark']).default('light').describe('Color theme of the background'),
});

/** Renderers of the formats that need only the report, with their media types. */
const renderers: Record<'text' | 'csv' | 'md', { type: string; render(report: Report): string }> = {
  text: { type: 'text/plain; charset=UTF-8', render: (report) => renderText(composeSummary(report)) },
  csv: { type: 'text/csv; charset=utf-8; header=present', render: renderCsv },
  md: {
    type: 'text/markdown; charset=utf-8',
    render: (report) => renderMarkdown(composeSummary(report, { hasCommands: true })),
  },
};

const read = { method: 'get', tag: 'Results', scope: 'runs:read' } as const;

export const reportEndpoints = [
  defineEndpoint({
    ...read,
    operationId: 'getReport',
    path: '/v1/runs/{runId}/report',
    summary: 'Get the report of a run',
    description:
      'Returns the report as JSON, text tables for a terminal, CSV with one value per row, Markdown, or a self-contained HTML page with charts (docs/reports.md). Also exports the two LLMPerf files of each stage, as a ZIP archive or as single files (docs/llmperf.md). Every metric states its method and number of requests.',
    errors: ['REPORT_NOT_READY'],
    query: reportQuerySchema,
    answers: { 200: { description: 'The report', content: reportContent } },
    handle: async ({ c, deps, tenantId, params: { runId }, query }) => {
      const { stageIndex = null } = query;
      const format = chooseFormat(c, reportFormats, query.format);
      if (isLlmperfFormat(format)) return answerLlmperf(c, deps, tenantId, { runId, stageIndex, format });
      if (stageIndex !== null) {
        const remedy = 'Omit it, or set format to llmperf, llmperf-summary or llmperf-individual';
        refuse('INVALID_REQUEST', [{ pointer: '?stageIndex', fault: 'is only supported for LLMPerf formats', remedy }]);
      }
      const json = await getReport(deps, tenantId, runId);
      if (format === 'json') return c.body(json, 200, { 'Content-Type': 'application/json' });
      const report = readReport(json);
      if (format === 'html') return answerReportPage({ c, deps, tenantId }, report);
      const { type, render } = renderers[format];
      return c.body(render(report), 200, { 'Content-Type': type });
    },
  }),
  defineEndpoint({
    ...read,
    operationId: 'getChart',
    path: '/v1/runs/{runId}/charts/{chart}',
    summary: 'Get a chart of a report',
    description:
      'Returns an SVG with a title, a text description and the run id, to embed in other pages. Equal reports produce equal bytes, so clients can cache with `ETag` and `If-None-Match`.',
    errors: ['REPORT_NOT_READY'],
    params: { chart: chartFileSchema },
    query: chartQuerySchema,
    answers: {
      200: { description: 'The chart', content: { 'image/svg+xml': { schema: z.string() } } },
      304: { description: 'The chart still matches `If-None-Match`' },
    },
    handle: async ({ c, deps, tenantId, params: { runId, chart: file }, query: { theme } }) => {
      const name = chartNames.find((each) => `${each}.svg` === file);
      if (name === undefined)
        throw new AppError('NOT_FOUND', `Chart ${file} does not exist. Available charts: ${chartFiles.join(', ')}`);
      const report = readReport(await getReport(deps, tenantId, runId));
      // Loaded on first use, because the renderer needs a large chart library.
      const { renderChart } = await import('../../../shared/report/render/charts/render-chart.ts');
      const { svg, reason } = renderChart(report, name, theme);
      if (svg === null) throw new AppError('NOT_FOUND', `This report has no chart ${file}: ${reason}`);
      return c.body(svg, 200, {
        'Content-Type': 'image/svg+xml; charset=utf-8',
        'Cache-Control': 'private, max-age=300',
        // A browser opens an SVG as a document of its own, so it needs inline styles and must not load anything.
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      });
    },
  }),
];

/** Responds with a report as one self-contained HTML page. Loads the renderer and its chart library on first use. */
async function answerReportPage(
  { c, deps, tenantId }: Pick<Call, 'c' | 'deps' | 'tenantId'>,
  report: Report,
): Promise<Response> {
  const { renderHtml } = await import('../../../shared/report/render/html/render-html.ts');
  const { runId, source } = report.run;
  const manifest = source === 'imported' ? null : await getManifest(deps, tenantId, runId);
  return answerHtml(c, renderHtml(composePage(report, manifest?.json ?? null)), reportContentSecurityPolicy);
}
