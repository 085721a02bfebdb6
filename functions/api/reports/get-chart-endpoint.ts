import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import { chartNames } from '../../../shared/report/render/charts/chart-names.ts';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { getReport } from './get-report.ts';

const files = chartNames.map((name) => `${name}.svg`);

const route = createRoute({
  method: 'get',
  path: '/v1/runs/{runId}/charts/{chart}',
  operationId: 'getChart',
  tags: ['Results'],
  summary: 'A chart of the report, to embed anywhere',
  description:
    'SVG with a title, a description in words, and the run it comes from. The same report gives the same bytes: `ETag` and `If-None-Match` save sending them again.',
  request: {
    params: z.object({
      ...idParam('runId', 'run'),
      chart: z.string().describe('Name of the chart, with `.svg`').meta({ enum: files }),
    }),
    query: z.strictObject({
      theme: z.enum(['light', 'dark']).default('light').describe('Colours for a light or a dark background'),
    }),
  },
  responses: {
    200: { description: 'The chart', content: { 'image/svg+xml': { schema: z.string() } } },
    304: { description: 'The chart that `If-None-Match` names is still the same' },
  },
});

export const getChartEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  errors: ['REPORT_NOT_READY'],
  handle: async (c, { deps }) => {
    const { runId, chart: file } = c.req.valid('param');
    const name = chartNames.find((each) => `${each}.svg` === file);
    if (name === undefined) throw new AppError('NOT_FOUND', `There is no chart ${file}; there are ${files.join(', ')}`);
    const report = readReport(await getReport(deps, c.get('principal'), runId));
    // It comes with a chart library, so it is loaded when first asked for.
    const { renderChart } = await import('../../../shared/report/render/charts/render-chart.ts');
    const { svg, withheld } = renderChart(report, name, c.req.valid('query').theme);
    if (svg === null) throw new AppError('NOT_FOUND', `This report has no chart ${file}: ${withheld}`);
    return c.body(svg, 200, {
      'Content-Type': 'image/svg+xml; charset=utf-8',
      'Cache-Control': 'private, max-age=300',
      // An SVG that is opened by itself is a document: its styles are its own, and it loads nothing.
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    });
  },
});
