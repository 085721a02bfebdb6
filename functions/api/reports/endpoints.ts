import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { refuse } from '../../../shared/errors/refuse.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import { chartNames } from '../../../shared/report/render/charts/charts.ts';
import { renderCsv } from '../../../shared/report/render/csv/render-csv.ts';
import { renderMarkdown } from '../../../shared/report/render/markdown/render-markdown.ts';
import { renderText } from '../../../shared/report/render/text/render-text.ts';
import { composeSummary } from '../../../shared/report/sections/compose-summary.ts';
import { chooseFormat } from '../http/choose-format.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { answerReportPage } from './answer-html.ts';
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

/** The formats that need only the report. */
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
    summary: 'The report of a run',
    description:
      'JSON; a plain table for a terminal; CSV of one number a row; Markdown; an HTML page with charts that stands alone (docs/reports.md); or the two files that LLMPerf would have written of each stage, as a ZIP archive or one by one (docs/llmperf.md). Every number says how it was measured and over how many requests.',
    errors: ['REPORT_NOT_READY'],
    query: reportQuerySchema,
    answers: { 200: { description: 'The report', content: reportContent } },
    handle: async ({ c, deps, tenantId, params: { runId }, query }) => {
      const { stageIndex = null } = query;
      const format = chooseFormat(c, reportFormats, query.format);
      if (isLlmperfFormat(format)) return answerLlmperf(c, deps, tenantId, { runId, stageIndex, format });
      if (stageIndex !== null)
        refuse('INVALID_REQUEST', [
          { pointer: '?stageIndex', fault: 'is taken for the formats of LLMPerf alone', remedy: 'Leave it out' },
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
    summary: 'A chart of the report, to embed anywhere',
    description:
      'SVG with a title, a description in words, and the run it comes from. The same report gives the same bytes: `ETag` and `If-None-Match` save sending them again.',
    errors: ['REPORT_NOT_READY'],
    params: { chart: chartFileSchema },
    query: chartQuerySchema,
    answers: {
      200: { description: 'The chart', content: { 'image/svg+xml': { schema: z.string() } } },
      304: { description: 'The chart that `If-None-Match` names is still the same' },
    },
    handle: async ({ c, deps, tenantId, params: { runId, chart: file }, query: { theme } }) => {
      const name = chartNames.find((each) => `${each}.svg` === file);
      if (name === undefined)
        throw new AppError('NOT_FOUND', `There is no chart ${file}; there are ${chartFiles.join(', ')}`);
      const report = readReport(await getReport(deps, tenantId, runId));
      // It comes with a chart library, so it is loaded when first asked for.
      const { renderChart } = await import('../../../shared/report/render/charts/render-chart.ts');
      const { svg, withheld } = renderChart(report, name, theme);
      if (svg === null) throw new AppError('NOT_FOUND', `This report has no chart ${file}: ${withheld}`);
      return c.body(svg, 200, {
        'Content-Type': 'image/svg+xml; charset=utf-8',
        'Cache-Control': 'private, max-age=300',
        // An SVG that is opened by itself is a document: its styles are its own, and it loads nothing.
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      });
    },
  }),
];
