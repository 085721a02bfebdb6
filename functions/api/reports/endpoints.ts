import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { chooseOriginWords } from '../../../shared/llmperf/imported-words.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import { chartThemes } from '../../../shared/report/render/charts/chart-theme.ts';
import { reportFormats } from '../../../shared/report/render/registry.ts';
import { chartNames, composeChart } from '../../../shared/report/sections/charts/charts.ts';
import { defineAnswer } from '../http/answers.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { getManifest } from '../runs/get-run.ts';
import { exportStages, llmperfFormats } from './export-llmperf.ts';
import { readReportOnce, renderOnce } from './render-once.ts';

const chartFiles = chartNames.map((name) => `${name}.svg`);
const chartFileSchema = z.string().meta({ id: 'ChartFile', enum: chartFiles }).describe('File name of the chart');
const chartQuerySchema = z.strictObject({
  theme: z
    .enum(['light', 'dark'])
    .meta({ id: 'ChartTheme' })
    .default('light')
    .describe('Color theme of the background'),
});

const read = { method: 'get', tag: 'Results', scope: 'runs:read', effort: 'rendering', isLarge: true } as const;

/** One operation per report format. */
const formatEndpoints = Object.values(reportFormats).map((format) =>
  defineEndpoint({
    ...read,
    operationId: `getReport${format.name}`,
    isTagged: true,
    path: `/v1/runs/{runId}/report${format.ending}`,
    summary: `Get the report of a run${format.suffix}`,
    ...(format.ending === '' && {
      description: 'Every metric states its method and number of requests. Other formats have paths with an ending.',
    }),
    errors: ['REPORT_NOT_READY'],
    query: z.strictObject({}),
    answers: { 200: defineAnswer('The report', format) },
    handle: async (call) => {
      const { runId } = call.params;
      if (format.isStored) return call.c.body(await readReportOnce(call, runId), 200, format.headers);
      const loadManifest = async () => (await getManifest(call, runId)).json;
      const rendering = await renderOnce(call, { runId, name: format.key }, (json) =>
        format.render({ json, loadManifest, chooseWords: chooseOriginWords }),
      );
      return call.c.body(rendering, 200, format.headers);
    },
  }),
);

/** A stage has at least one request, and a run has at most ten million. */
const maxIndex = 9_999_999;
const stageIndex = z.coerce.number().int().min(0).max(maxIndex).optional();
const stageQueries = {
  all: z.strictObject({ stageIndex: stageIndex.describe('Index of the only stage to export. Default: all stages') }),
  one: z.strictObject({
    stageIndex: stageIndex.describe('Index of the stage. Required if the run has several stages'),
  }),
};

/** One operation per LLMPerf format. */
const llmperfEndpoints = Object.values(llmperfFormats).map((format) =>
  defineEndpoint({
    ...read,
    operationId: `getLlmperf${format.name}`,
    path: `/v1/runs/{runId}/report${format.ending}`,
    summary: `Export ${format.label}`,
    errors: ['REPORT_NOT_READY'],
    query: stageQueries[format.hasAllStages ? 'all' : 'one'],
    answers: { 200: defineAnswer('The export', format) },
    handle: async (call) => {
      const { runId } = call.params;
      const pairs = await exportStages(call, runId, call.query.stageIndex ?? null);
      const { name, body } = format.writeFile(pairs, runId);
      const disposition = `attachment; filename="${name}"`;
      return call.c.body(body, 200, { 'Content-Type': format.contentType, 'Content-Disposition': disposition });
    },
  }),
);

export const reportEndpoints = [
  ...formatEndpoints,
  ...llmperfEndpoints,
  defineEndpoint({
    ...read,
    operationId: 'getChart',
    isTagged: true,
    path: '/v1/runs/{runId}/charts/{chart}',
    summary: 'Get a chart of a report',
    description:
      'Returns an SVG with a title, a text description and the run id, to embed in other pages. Equal reports produce equal bytes, so clients can cache with `ETag` and `If-None-Match`.',
    errors: ['REPORT_NOT_READY'],
    params: { chart: chartFileSchema },
    query: chartQuerySchema,
    answers: {
      200: { description: 'The chart', content: { 'image/svg+xml': { schema: z.string() } } },
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
