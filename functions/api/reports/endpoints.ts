import { z } from 'zod';
import { AppError, refuse } from '../../../shared/errors/app-error.ts';
import { chooseOriginWords } from '../../../shared/llmperf/imported-words.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import { chartThemes } from '../../../shared/report/render/charts/chart-theme.ts';
import { reportFormats } from '../../../shared/report/render/registry.ts';
import { chartNames, composeChart } from '../../../shared/report/sections/charts/charts.ts';
import { buildContent, buildFormatSchema, chooseFormat } from '../http/choose-format.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { getManifest, getReport } from '../runs/get-run.ts';
import { exportStages, llmperfFormats } from './export-llmperf.ts';
import { renderOnce, streamText } from './render-once.ts';

const formats = { ...reportFormats, ...llmperfFormats };

const reportQuerySchema = z.strictObject({
  format: buildFormatSchema(formats),
  stageIndex: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe(
      'Stage to export in an LLMPerf format. Default: all stages for llmperf, the only stage for a single file',
    ),
});

const chartFiles = chartNames.map((name) => `${name}.svg`);
const chartFileSchema = z.string().describe('File name of the chart').meta({ enum: chartFiles });
const chartQuerySchema = z.strictObject({
  theme: z.enum(['light', 'dark']).default('light').describe('Color theme of the background'),
});

const read = { method: 'get', tag: 'Results', scope: 'runs:read', effort: 'rendering' } as const;

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
    answers: { 200: { description: 'The report', content: buildContent(formats) } },
    handle: async (call) => {
      const { c, query } = call;
      const { runId } = call.params;
      const { stageIndex = null } = query;
      const format = chooseFormat(c, formats, query.format);
      if ('writeFile' in format) {
        const { name, body } = format.writeFile(await exportStages(call, runId, stageIndex), runId);
        const disposition = `attachment; filename="${name}"`;
        return c.body(body, 200, { 'Content-Type': format.contentType, 'Content-Disposition': disposition });
      }
      if (stageIndex !== null) {
        const remedy = `Omit it, or set format to ${Object.keys(llmperfFormats).join(' or ')}`;
        refuse('INVALID_REQUEST', [{ pointer: '?stageIndex', fault: 'is only valid with an LLMPerf format', remedy }]);
      }
      if (format.isStored) return c.body(streamText(await getReport(call, runId)), 200, format.headers);
      const loadManifest = async () => (await getManifest(call, runId)).json;
      const rendering = await renderOnce(call, { runId, name: format.name }, (json) =>
        format.render({ json, loadManifest, chooseWords: chooseOriginWords }),
      );
      return c.body(rendering, 200, format.headers);
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
    handle: async (call) => {
      const { runId, chart: file } = call.params;
      const name = chartNames.find((each) => `${each}.svg` === file);
      if (name === undefined)
        throw new AppError('NOT_FOUND', `Chart ${file} does not exist. Available charts: ${chartFiles.join(', ')}`);
      const theme = call.query.theme;
      const svg = await renderOnce(call, { runId, name: `${name}-${theme}` }, async (json) => {
        const report = readReport(json);
        const composed = composeChart(report, name, chooseOriginWords(report));
        if ('reason' in composed)
          throw new AppError('NOT_FOUND', `This report has no chart ${file}: ${composed.reason}`);
        // The renderer is loaded on first use, because it needs a large chart library.
        const { renderChart } = await import('../../../shared/report/render/charts/render-chart.ts');
        return renderChart(composed.chart, { theme: chartThemes[theme], id: name, source: composed.source });
      });
      return call.c.body(svg, 200, {
        'Content-Type': 'image/svg+xml; charset=utf-8',
        'Cache-Control': 'private, max-age=300',
        // A browser can open the SVG as a page. The policy allows its inline styles and forbids loading anything.
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      });
    },
  }),
];
