import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { chooseMediaType } from '../http/choose-media-type.ts';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { linkNext } from '../http/link-next.ts';
import { listSamples } from './list-samples.ts';
import { renderSamplesCsv } from './render-samples-csv.ts';
import { placedSampleSchema, sampleQuerySchema } from './schemas.ts';

const typeOfFormat = { ndjson: 'application/x-ndjson', csv: 'text/csv' } as const;

const route = createRoute({
  method: 'get',
  path: '/v1/runs/{runId}/samples',
  operationId: 'listSamples',
  tags: ['Results'],
  summary: 'The raw timings of a run that has ended',
  description:
    'One line for each planned request, also for those never sent: by stage, batch and index. Instants are milliseconds on one monotonic clock of a batch. The Link header leads to the next page.',
  request: { params: z.object(idParam('runId', 'run')), query: sampleQuerySchema },
  responses: {
    200: {
      description: 'A page of samples',
      content: { 'application/x-ndjson': { schema: placedSampleSchema }, 'text/csv': { schema: z.string() } },
    },
  },
});

export const listSamplesEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  errors: ['CONFLICT'],
  handle: async (c, { deps }) => {
    const { format, limit, cursor = null } = c.req.valid('query');
    const page = await listSamples(deps, c.get('principal'), c.req.valid('param').runId, { limit, cursor });
    linkNext(c, page.cursor);
    c.header('Vary', 'Accept');
    const type =
      format === undefined
        ? chooseMediaType(c.req.header('accept'), Object.values(typeOfFormat))
        : typeOfFormat[format];
    if (type === 'text/csv')
      return c.body(renderSamplesCsv(page.samples), 200, { 'Content-Type': 'text/csv; charset=utf-8; header=present' });
    const lines = page.samples.map((sample) => `${JSON.stringify(sample)}\n`);
    return c.body(lines.join(''), 200, { 'Content-Type': 'application/x-ndjson' });
  },
});
