import type { Context } from 'hono';
import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { refuse } from '../../../shared/errors/refuse.ts';
import type { Deps } from '../../../shared/ports.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import { chartNames } from '../../../shared/report/render/charts/charts.ts';
import { renderCsv } from '../../../shared/report/render/csv/render-csv.ts';
import { reportContentSecurityPolicy } from '../../../shared/report/render/html/content-security-policy.ts';
import { renderMarkdown } from '../../../shared/report/render/markdown/render-markdown.ts';
import { renderText } from '../../../shared/report/render/text/render-text.ts';
import { composePage } from '../../../shared/report/sections/compose-page.ts';
import { composeSummary } from '../../../shared/report/sections/compose-summary.ts';
import { answerHtml } from '../http/answers.ts';
import { chooseFormat } from '../http/choose-format.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { getManifest } from '../runs/get-run.ts';
import { answerLlmperf, isLlmperfFormat } from './answer-llmperf.ts';
import { getReport } from './get-report.ts';
import {
  chartFileSchema,
  chartFiles,
  chartQuerySchema,
  reportContent,
  reportFormats,
  reportQuerySchema,
} from './schemas.ts';

/** Maps the formats that need only the report to their renderers. */
const renderers: Record<'text' | 'csv' | 'md', { type: string; render(report: Report): string }> = {
  text: { type: 'text/plain; charset=UTF-8', render: (report) => renderText(composeSummary(report)) },
  csv: { type: 'text/csv; charset=utf-8; header=present', render: renderCsv },
  md: {
    type: 'text/markdown; charset=utf-8',
    render: (report) => renderMarkdown(composeSummary(report, { hasCommands: true })),
  },
};

export const reportEndpoints = [
  defineEndpoint({
    operationId: 'getReport',
    method: 'get',
    path: '/v1/runs/{runId}/report',
    tag: 'Results',
    scope: 'runs:read',
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
      if (stageIndex !== null)
        refuse('INVALID_REQUEST', [
          {
            pointer: '?stageIndex',
            fault: 'is only supported for LLMPerf formats',
            remedy: 'Omit it, or set format to llmperf, llmperf-summary or llmperf-individual',
          },
        ]);
      const json = await getReport(deps, tenantId, runId);
      if (format === 'json') return c.body(json, 200, { 'Content-Type': 'application/json' });
      const report = readReport(json);
      if (format === 'html') return answerReportPage(c, deps, tenantId, report);
      const { type, render } = renderers[format];
      return c.body(render(report), 200, { 'Content-Type': type });
    },
  }),
  defineEndpoint({
    operationId: 'getChart',
    method: 'get',
    path: '/v1/runs/{runId}/charts/{chart}',
    tag: 'Results',
    scope: 'runs:read',
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
      // Loaded on first use, because it needs a chart library.
      const { renderChart } = await import('../../../shared/report/render/charts/render-chart.ts');
      const { svg, withheld } = renderChart(report, name, theme);
      if (svg === null) throw new AppError('NOT_FOUND', `This report has no chart ${file}: ${withheld}`);
      return c.body(svg, 200, {
        'Content-Type': 'image/svg+xml; charset=utf-8',
        'Cache-Control': 'private, max-age=300',
        // A browser opens an SVG as a document, so it needs inline styles and must not load anything.
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      });
    },
  }),
];

/** Responds with a report as a self-contained page. Loads the renderer on first use, because it needs a chart library. */
async function answerReportPage(
  c: Context,
  deps: Pick<Deps, 'runs'>,
  tenantId: string,
  report: Report,
): Promise<Response> {
  const { renderHtml } = await import('../../../shared/report/render/html/render-html.ts');
  const { runId, source } = report.run;
  const manifest = source === 'imported' ? null : await getManifest(deps, tenantId, runId);
  return answerHtml(c, renderHtml(composePage(report, manifest?.json ?? null)), reportContentSecurityPolicy);
}
