import { z } from 'zod';
import { linkNext } from '../http/answers.ts';
import { chooseFormat } from '../http/choose-format.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { listSamples, renderSamplesCsv } from './list-samples.ts';
import { placedSampleSchema, sampleFormats, sampleQuerySchema } from './schemas.ts';

export const sampleEndpoints = [
  defineEndpoint({
    operationId: 'listSamples',
    method: 'get',
    path: '/v1/runs/{runId}/samples',
    tag: 'Results',
    scope: 'runs:read',
    summary: 'List the samples of a run',
    description:
      'Returns the raw timings of a finished run: one line per planned request, including requests that were not sent, sorted by stage, batch and index. Timestamps are milliseconds on the monotonic clock of the batch. The `Link` header points to the next page.',
    errors: ['CONFLICT'],
    query: sampleQuerySchema,
    answers: {
      200: {
        description: 'A page of samples',
        content: {
          [sampleFormats.ndjson]: { schema: placedSampleSchema },
          [sampleFormats.csv]: { schema: z.string() },
        },
      },
    },
    handle: async ({ c, deps, tenantId, params: { runId }, query }) => {
      const { limit, cursor = null } = query;
      const page = await listSamples(deps, tenantId, runId, { limit, cursor });
      linkNext(c, page.cursor);
      if (chooseFormat(c, sampleFormats, query.format) === 'csv') {
        const headers = { 'Content-Type': 'text/csv; charset=utf-8; header=present' };
        return c.body(renderSamplesCsv(page.samples), 200, headers);
      }
      const lines = page.samples.map((sample) => `${JSON.stringify(sample)}\n`);
      return c.body(lines.join(''), 200, { 'Content-Type': sampleFormats.ndjson });
    },
  }),
];
