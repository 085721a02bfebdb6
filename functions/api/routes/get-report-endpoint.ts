import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { renderTable } from '../../../shared/report/render-table.ts';
import { reportSchema } from '../../../shared/report/report.ts';
import { getReport } from '../../../shared/usecases/get-report.ts';
import { chooseMediaType } from '../choose-media-type.ts';
import { defineEndpoint } from '../endpoint.ts';
import { idParam } from '../schemas/common-schemas.ts';

const typeOfFormat = { json: 'application/json', text: 'text/plain' } as const;

const route = createRoute({
  method: 'get',
  path: '/v1/runs/{runId}/report',
  operationId: 'getReport',
  tags: ['Results'],
  summary: 'The report of a run',
  description:
    'JSON, or a plain table for a terminal. Every number says how it was measured and over how many requests.',
  request: {
    params: z.object(idParam('runId', 'run')),
    query: z.strictObject({ format: z.enum(['json', 'text']).optional().describe('Wins over the Accept header') }),
  },
  responses: {
    200: {
      description: 'The report',
      content: {
        'application/json': { schema: reportSchema },
        'text/plain': { schema: z.string() },
      },
    },
  },
});

export const getReportEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  errors: ['REPORT_NOT_READY'],
  handle: async (c, { deps }) => {
    const { format } = c.req.valid('query');
    const json = await getReport(deps, c.get('principal'), c.req.valid('param').runId);
    c.header('Vary', 'Accept');
    const type =
      format === undefined
        ? chooseMediaType(c.req.header('accept'), Object.values(typeOfFormat))
        : typeOfFormat[format];
    if (type !== 'text/plain') return c.body(json, 200, { 'Content-Type': 'application/json' });
    return c.text(renderTable(reportSchema.parse(JSON.parse(json))), 200);
  },
});
